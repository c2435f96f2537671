/**
 * Writes `conformance/msg-ring/recorded/failing.jsonl` anew: long programs that mutants fail, one mutant after another, as
 * a generator without any idea of brevity makes them. Kept as data, because the generator changes and what was found by
 * an earlier one has to shrink still: `node dist/conformance/cli/record-failing.js > FILE`.
 */

import { mutants, Simulator } from '#adapters/index';
import { attempt, shown } from '#conformance/attempt';
import { generatePrograms } from '#conformance/index';
import type { Program } from '#spec/index';

const wanted = 50;
const stepsMin = 60;
const stepsMax = 200;

/** The first long program by which a mutant gives itself away, and by one broken clause. */
const failing = (address: string, edition: string | undefined, seed: number): Program | null => {
  const system = new Simulator(address);
  const offer = system.description.interfaces['msg-ring'];
  if (!offer) throw new Error('the simulator has to offer msg-ring');
  // Lengths from the least to the most wanted, in turn.
  const maxSteps = stepsMin + ((seed * 37) % (stepsMax - stepsMin));
  const judging = { everyEdition: false, ...(edition !== undefined && { edition }) };
  for (const { program } of generatePrograms('msg-ring', { seed, runs: 2_000, maxSteps, offer })) {
    if (program.steps.length < stepsMin || program.steps.length > stepsMax) continue;
    const tried = attempt(system, program, judging);
    if (tried instanceof Promise) throw new Error('the simulator answers at once');
    const finding = shown(tried);
    if (finding === null || finding === 'unknown') continue;
    if (tried.kind === 'judged' && tried.judgement.deviation?.suspects.length === 0) continue;
    return program;
  }
  return null;
};

let written = 0;
for (const [seed, { name, behaviour, edition, control }] of mutants('msg-ring').entries()) {
  if (written >= wanted) break;
  if (control) continue;
  const target = `simulator${behaviour === undefined ? '' : `:${behaviour}`}+${name}`;
  const program = failing(target, edition, seed);
  if (program === null) continue;
  const line = { target, ...(edition !== undefined && { edition }), program };
  process.stdout.write(`${JSON.stringify(line)}\n`);
  written++;
}
if (written < wanted) throw new Error(`only ${written} of ${wanted} programs`);
