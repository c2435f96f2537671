#!/usr/bin/env node
/** The command line: what can be asked, with which options. Each command loads when it is asked for; the lists do so one by one. */

import { Command, CommanderError, Option } from 'commander';
import { doorbellVersion } from '#spec/version';
import { EXIT, type ExitCode } from './exit.ts';
import { list } from './list.ts';
import * as read from './options.ts';
import { guardOutput, standardError } from './output.ts';
import { shardCommand } from './shard-command.ts';

const doorbell = new Command('doorbell')
  .description('Tells whether a system that lets one context ring another does what its manual says.')
  .version(doorbellVersion, '-V, --version', 'print the version')
  .exitOverride()
  .showSuggestionAfterError()
  // One line, led by our name; the suggestion stands on the same line.
  .configureOutput({
    writeErr: (text) => standardError().write(text),
    outputError: (text, write) =>
      write(
        `${text
          .trim()
          .replace(/^error: /, 'doorbell: ')
          .replace(/\s*\n\s*/g, ' ')}\n`,
      ),
  })
  .addHelpText(
    'after',
    '\nWith no command, see `doorbell run --help`. Exit codes: 0 conforms or as expected,\n1 deviates, 2 wrong usage, 3 target failed, 4 nothing exercised, 124 deadline, 130 interrupted.',
  );

const target = () =>
  new Option('--target <[I=]T>', 'system under test, for one interface or all; see `list targets`').argParser(
    read.repeated,
  );
const edition = () =>
  new Option('--edition <[I=]E>', 'edition of the document in force; see `list editions`').argParser(
    read.repeated,
  );
const profile = () =>
  new Option('--profile <[I=]P>', 'preset of what the document leaves open; see `list profiles`').argParser(
    read.repeated,
  );
const clause = () =>
  new Option(
    '--clause <GLOB>',
    'only these clauses; !GLOB leaves out, the end of an id is enough; may be repeated',
  ).argParser(read.repeated);
const seed = () =>
  new Option('--seed <N>', 'number that the programs depend on, or `random`').argParser(read.seed).default(1);
const runs = (text: string) => new Option('--runs <N>', text).argParser(read.wholeNumber(1));
const exhaustive = () =>
  new Option(
    '--exhaustive <N>',
    'every program of up to N steps over a small world, those that differ only in names once',
  ).argParser(read.wholeNumber(1, 10_000));
const world = () =>
  new Option(
    '--world <[I=]NAME>',
    'the small world; see `list worlds` (default: the first of the interface)',
  ).argParser(read.repeated);
const maxSteps = () =>
  new Option('--max-steps <N>', 'longest program, in steps before the closing')
    .argParser(read.wholeNumber(1, 10_000))
    .default(32);
const shard = () => new Option('--shard <i/n>', 'run the i-th of n parts').argParser(read.shard);
const deadline = () =>
  new Option(
    '--deadline <TIME>',
    'longest time for the whole command, such as 60s; exit 124 when it passes',
  ).argParser(read.duration);
const json = () => new Option('--json', 'print data instead of text');

/** Loads the command and takes its exit code. */
const action =
  <Arguments extends unknown[]>(command: (...args: Arguments) => Promise<ExitCode | undefined>) =>
  async (...args: Arguments): Promise<void> => {
    const code = await command(...args);
    // What failed meanwhile, such as standard output, is not made good by the command.
    if (code !== undefined && code !== EXIT.ok) process.exitCode = code;
  };

doorbell
  .command('run')
  .description('generate programs, run them on a system, judge what was seen')
  .argument('[INTERFACE...]', 'all of them when none is named')
  .addOption(target())
  .addOption(edition())
  .addOption(profile())
  .addOption(seed())
  .addOption(runs('programs to run (default: 1000; with --clause 100 for each)'))
  .addOption(
    new Option(
      '--time <TIME>',
      'run as long as this, such as 60s, instead of a number of programs',
    ).argParser(read.duration),
  )
  .addOption(deadline())
  .addOption(maxSteps())
  .addOption(exhaustive())
  .addOption(world())
  .addOption(clause())
  .addOption(
    new Option('--programs <DIR|FILE>', 'run these programs instead of generated ones').argParser(
      read.repeated,
    ),
  )
  .addOption(shard())
  .addOption(
    new Option('--jobs <N>', 'processes that share the programs')
      .argParser(read.wholeNumber(1, 256))
      .default(1),
  )
  .addOption(
    new Option(
      '--expect <FILE>',
      'known deviations; `mainline` names the list for Linux that comes with the tool',
    ),
  )
  .addOption(
    new Option(
      '--corpus <DIR>',
      'folder of programs worth keeping: run first, and added to with whatever is found',
    ),
  )
  .addOption(new Option('--strict-edition', 'deviations that a later edition permits count too'))
  .addOption(new Option('--out <DIR>', 'folder for the record (default: the next of doorbell-runs/)'))
  .addOption(
    new Option('--format <FMT>', 'reports to write, joined with commas; see `list formats`').argParser(
      read.commaList,
    ),
  )
  .addOption(new Option('--faults', 'let programs do what can hurt a live system, such as exhausting memory'))
  .addOption(new Option('--dry-run', 'say what would run, and run nothing'))
  .addOption(json())
  .addHelpText(
    'after',
    '\nWithout an interface and a target: every interface on the simulator, and those that the running\nkernel offers on the running kernel. With an interface alone: the running kernel, or else the simulator.',
  )
  .action(action(async (names: string[], options) => (await import('./run.ts')).run(names, options)));

doorbell
  .command('replay')
  .description('run programs again and say each time whether they show the same deviation')
  .argument(
    '<FILE|DIR|DIR#ID...>',
    'a program, a trace, a finding of a run folder, or all findings of a run folder',
  )
  .addOption(target())
  .addOption(edition())
  .addOption(profile())
  .addOption(
    new Option('--times <N>', 'how often each').argParser(read.wholeNumber(1, 1_000_000)).default(20),
  )
  .addOption(deadline())
  .addOption(json())
  .action(
    action(async (words: string[], options) => (await import('./replay.ts')).replayCommand(words, options)),
  );

doorbell
  .command('generate')
  .description('print programs as `execute` lines, for an agent that runs elsewhere')
  .argument('<INTERFACE>')
  .addOption(target().default(undefined, 'whatever the interface describes'))
  .addOption(edition())
  .addOption(seed())
  .addOption(runs('programs (default: 1000)'))
  .addOption(maxSteps())
  .addOption(exhaustive())
  .addOption(world())
  .addOption(clause())
  .addOption(shard())
  .action(action(async (name: string, options) => (await import('./generate.ts')).generate(name, options)));

doorbell
  .command('judge')
  .description('judge recorded traces, or programs and the answers to them; no system is needed')
  .argument('<FILE...>', 'traces, `execute` lines, answers of an agent; - is standard input')
  .addOption(edition())
  .addOption(profile())
  .addOption(clause())
  .addOption(new Option('--strict-edition', 'deviations that a later edition permits count too'))
  .addOption(json())
  .action(
    action(async (files: string[], options) => (await import('./judge.ts')).judgeCommand(files, options)),
  );

doorbell
  .command('audit')
  .description('run the suite against systems that are wrong on purpose: which lies does it notice?')
  .argument('[INTERFACE...]', 'all of them when none is named')
  .addOption(seed())
  .addOption(
    new Option('--seeds <K>', 'so many seeds, from that one on')
      .default(1)
      .argParser(read.wholeNumber(1, 1_000)),
  )
  .addOption(runs('programs').default(1000))
  .addOption(maxSteps())
  .addOption(new Option('--mutant <NAME>', 'only this one; may be repeated').argParser(read.repeated))
  .addOption(
    new Option('--no-minimum', 'do not look for the shortest counterexamples, which takes most of the time'),
  )
  .addOption(
    new Option('--format <FORMAT>', 'how to print the kill matrix')
      .choices(['text', 'markdown'])
      .default('text'),
  )
  .addOption(deadline())
  .addOption(json())
  .action(
    action(async (names: string[], options) => (await import('./audit.ts')).auditCommand(names, options)),
  );

doorbell
  .command('explore')
  .description('walk the machine through its small worlds: states, clauses reached, invariants, a diagram')
  .argument('<INTERFACE>')
  .addOption(edition())
  .addOption(
    new Option(
      '--world <[I=]NAME>',
      'only this one; see `list worlds` (default: all; with --diagram the first)',
    ).argParser(read.repeated),
  )
  .addOption(
    new Option('--max-steps <N>', 'longest program, in steps').argParser(read.wholeNumber(0, 100)).default(6),
  )
  .addOption(
    new Option('--max-states <N>', 'states to keep of a world before its walk ends')
      .argParser(read.wholeNumber(1, 50_000_000))
      .default(1_000_000),
  )
  .addOption(
    new Option('--diagram <FMT>', 'print a diagram of one world instead').choices(['mermaid', 'dot']),
  )
  .addOption(
    new Option(
      '--corpus <DIR>',
      'keep the shortest program that tests each clause in this folder; see `run`',
    ),
  )
  .addOption(json())
  .addHelpText(
    'after',
    '\nEnds with 1 when an invariant is broken, or when a clause that demands something is reached in no\nworld. A diagram shows the first 60 states, and says how many it leaves out.',
  )
  .action(action(async (name: string, options) => (await import('./explore.ts')).explore(name, options)));

doorbell
  .command('list')
  .description('print what there is')
  .argument(
    '<WHAT>',
    'interfaces, operations, clauses, editions, profiles, variation-points, targets, mutants, worlds, gaps or formats',
  )
  .argument('[INTERFACE]', 'only of this one')
  .addOption(json())
  .action(action((what: string, name: string | undefined, options) => list(what, name, options)));

doorbell
  .command('show')
  .description('print one clause: statement, source, witness, mutants')
  .argument('<CLAUSE>', 'an id, or the end of one')
  .addOption(json())
  .action(action(async (word: string, options) => (await import('./show.ts')).show(word, options)));

doorbell
  .command('smoke')
  .description('prove an adapter in a few seconds')
  .argument('[INTERFACE...]', 'all that the target offers when none is named')
  .addOption(target())
  .addOption(deadline())
  .addOption(json())
  .action(action(async (names: string[], options) => (await import('./smoke.ts')).smoke(names, options)));

doorbell
  .command(shardCommand, { hidden: true })
  .action(action(async () => (await import('./shard.ts')).runShard()));

guardOutput();
try {
  await doorbell.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // It has been said already; help that was asked for ends with 0.
    if (error.exitCode !== 0) process.exitCode = EXIT.usage;
  } else {
    const { exitOfError } = await import('./bad-news.ts');
    process.exitCode = exitOfError(error);
  }
}
