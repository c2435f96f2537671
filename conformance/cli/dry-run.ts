/** `doorbell run --dry-run`: what would run, with nothing run. */

import { run as runInterface } from '#conformance/index';
import { EXIT, type ExitCode } from './exit.ts';
import { print, printJson } from './output.ts';
import type { Part } from './run-part.ts';

interface Intended {
  readonly interface: string;
  readonly target: string;
  readonly system: string;
  readonly edition: string;
  readonly profile: string;
  readonly programs: number;
  readonly steps: number;
  /** Programs by where they come from. */
  readonly generators: Readonly<Record<string, number>>;
  /** Why nothing would run; null when something would. */
  readonly reason: string | null;
}

/** Enough to say what would run where time ends the run. */
const mostPrograms = 1000;

/** Writes every program as a run would, against a system that runs none. */
const intend = async ({ interfaces, plan }: Part): Promise<readonly Intended[]> => {
  const out: Intended[] = [];
  for (const { planned, system } of interfaces) {
    const { name, edition, profile, clauses, programs } = planned;
    const { seed, maxSteps, faults, shard } = plan;
    const { description } = system;
    const { record } = await runInterface(
      name,
      {
        description,
        execute: () => ({ kind: 'unsupported', reason: 'nothing runs' }),
        close: async () => {},
      },
      {
        seed,
        runs: Number.isFinite(plan.runs) ? plan.runs : mostPrograms,
        maxSteps,
        edition,
        profile,
        faults,
        ...(clauses && { clauses }),
        ...(programs && { programs }),
        ...(shard && { shard: { index: shard.index - 1, count: shard.count } }),
      },
    );
    out.push({
      interface: name,
      target: description.address,
      system: `${description.system.name} ${description.system.version}`,
      edition,
      profile,
      programs: record.programs,
      steps: record.steps,
      generators: record.statistics.generators,
      reason: record.reason,
    });
  }
  return out;
};

const sentence = ({ interface: name, target, system, edition, profile, ...rest }: Intended): string => {
  const { programs, steps, generators, reason } = rest;
  if (reason !== null) return `${name} on ${target}: nothing would run: ${reason}`;
  const from = Object.entries(generators).map(([origin, count]) => `${count} ${origin}`);
  return [
    `${name} on ${target} (${system}), edition ${edition}, profile ${profile}:`,
    `${programs} programs (${from.join(', ')}), ${steps} steps`,
  ].join(' ');
};

/** Says what would run. */
export const dryRun = async (parts: readonly Part[]): Promise<ExitCode> => {
  const intended: Intended[] = [];
  for (const part of parts) intended.push(...(await intend(part)));
  const [first] = parts;
  if (first?.plan.json) await printJson({ dryRun: true, seed: first.plan.seed, interfaces: intended });
  else await print(intended.map((each) => `${sentence(each)}\n`).join(''));
  return intended.some(({ programs }) => programs > 0) ? EXIT.ok : EXIT.nothing;
};
