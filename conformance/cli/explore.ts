/** `doorbell explore`: walks the machine of an interface through its small worlds. */

import { machineOf } from '#conformance/index';
import { witnessesOf } from '#conformance/shortest-programs';
import { GraphBuilder } from '#conformance/state-graph';
import { unreached, type Walked, walkOf } from '#conformance/walks';
import { worldOf, worldsOf } from '#conformance/worlds';
import type { SmallWorld } from '#model/index';
import { count, type DiagramFormat, diagramText, quantity } from '#reports/index';
import type { ClauseId, InterfaceName, Program } from '#spec/index';
import { Corpus } from './corpus.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { columns, print, printJson } from './output.ts';
import { namedInterfaces, scoped } from './scoped.ts';

interface ExploreOptions {
  readonly edition?: readonly string[];
  readonly world?: readonly string[];
  readonly maxSteps: number;
  readonly maxStates: number;
  readonly diagram?: DiagramFormat;
  readonly corpus?: string;
  readonly json?: true;
}

/** States of a diagram that a person can still read. */
const drawnMax = 60;

/** What is told of one world. */
interface WorldReport {
  readonly world: string;
  readonly states: number;
  readonly moves: number;
  /** States first reached by a program of so many steps, from 0. */
  readonly byDepth: readonly number[];
  /** Every program of up to the most steps was walked. */
  readonly complete: boolean;
  readonly durationMs: number;
  readonly statesPerSecond: number;
  readonly broken: Walked['broken'];
}

/**
 * Explores.
 *
 * @throws {UsageError} Unknown interface, edition or world.
 */
export const explore = async (word: string, options: ExploreOptions): Promise<ExitCode> => {
  const [name] = namedInterfaces([word]) as [InterfaceName];
  const { maxSteps, maxStates, diagram } = options;
  const edition = scoped('--edition', options.edition)(name);
  const wanted = scoped('--world', options.world)(name);
  const isWhole = wanted === undefined && diagram === undefined;
  const walked = isWhole ? worldsOf(name) : [worldOf(name, wanted)];
  const corpus = options.corpus === undefined ? undefined : Corpus.open(options.corpus);
  corpus?.create();
  const reached = new Set<ClauseId>();
  const worlds: WorldReport[] = [];
  let drawn: string | undefined;
  for (const world of walked) {
    const graph = diagram && new GraphBuilder(machineOf(name), world, drawnMax);
    const sought = isWhole ? unreached(name, edition, reached).dead : [];
    const bounds = { maxSteps, maxStates, sought, ...(edition !== undefined && { edition }) };
    const walk = walkOf(
      name,
      world,
      bounds,
      graph && {
        state: (id, place, depth) => {
          graph.state(id, place, depth);
          return true;
        },
        move: (from, to, turn) => graph.move(from, to, turn),
      },
    );
    const { durationMs, explored } = walk;
    const { states, moves, byDepth, complete } = explored;
    for (const clause of walk.reached) reached.add(clause);
    worlds.push({
      world: world.name,
      states,
      moves,
      byDepth,
      complete,
      durationMs: Math.round(durationMs),
      statesPerSecond: Math.round((1000 * states) / durationMs),
      broken: walk.broken,
    });
    if (diagram && graph) {
      const extent = complete ? `of up to ${maxSteps} steps` : 'as far as the walk went';
      const title = `${name}, world ${world.name}, programs ${extent}; steps that change nothing are left out`;
      drawn = diagramText({ ...graph.graph(), title }, diagram);
    }
  }
  const witnesses = corpus && keepWitnesses(corpus, name, walked, { edition, maxSteps, maxStates });
  const invariants = (machineOf(name).invariants ?? []).map((invariant) => invariant.name);
  const { dead, open } = unreached(name, edition, reached);
  const isBroken = worlds.some(({ broken }) => broken.length > 0);
  // A single world need not reach everything.
  const exit = isBroken || (isWhole && dead.length > 0) ? EXIT.deviates : EXIT.ok;
  const report = {
    interface: name,
    maxSteps,
    maxStates,
    worlds,
    invariants,
    reached: [...reached].sort(),
    dead,
    open,
    ...(drawn !== undefined && { diagram: drawn }),
    ...(witnesses && { witnesses }),
    exit,
  };
  if (options.json) await printJson(report);
  else await print(drawn ?? textOf(report, isWhole));
  if (corpus && witnesses && !options.json && drawn === undefined)
    await print(
      `${quantity(new Set(witnesses.map(({ file }) => file)).size, 'witness', 'witnesses')} kept in ${corpus.path}\n`,
    );
  return exit;
};

/** Keeps the shortest program for each clause and each choice that the worlds have one for. */
const keepWitnesses = (
  corpus: Corpus,
  name: InterfaceName,
  worlds: readonly SmallWorld[],
  bounds: Parameters<typeof witnessesOf>[2],
): readonly { readonly tests: string; readonly file: string; readonly program: Program }[] =>
  witnessesOf(name, worlds, bounds).map(({ tests, program }) => ({
    tests,
    file: corpus.add(program),
    program,
  }));

const textOf = (
  {
    interface: name,
    maxSteps,
    worlds,
    invariants,
    reached,
    dead,
    open,
  }: {
    readonly interface: string;
    readonly maxSteps: number;
    readonly worlds: readonly WorldReport[];
    readonly invariants: readonly string[];
    readonly reached: readonly string[];
    readonly dead: readonly string[];
    readonly open: readonly string[];
  },
  isWhole: boolean,
): string => {
  const broken = worlds.flatMap((world) => world.broken.map((each) => ({ world: world.world, ...each })));
  const listed = (ids: readonly string[]) => ids.map((id) => `  ${id}\n`).join('');
  return [
    `${name}: every program of up to ${quantity(maxSteps, 'step')}\n`,
    columns(
      worlds.map(({ world, states, moves, byDepth, complete, statesPerSecond }) => [
        `  ${world}`,
        quantity(states, 'state'),
        quantity(moves, 'move'),
        complete ? 'complete' : 'bounded',
        `${count(statesPerSecond)} states/s`,
        `by depth ${byDepth.join(' ')}`,
      ]),
    ),
    `${quantity(invariants.length, 'invariant')} checked in every state, ${
      broken.length === 0 ? 'none broken' : `${broken.length} broken`
    }\n`,
    ...broken.map(
      ({ world, invariant, program }) =>
        `  broken in ${world}: ${invariant}\n    ${JSON.stringify(program.steps)}\n`,
    ),
    `${quantity(reached.length, 'clause')} reached, ${
      isWhole ? `${dead.length} dead` : `${dead.length} that demand something not in this world`
    }\n`,
    listed(dead),
    open.length === 0 ? '' : `never reached, and demanding nothing by themselves:\n${listed(open)}`,
  ].join('');
};
