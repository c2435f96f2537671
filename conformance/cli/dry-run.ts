/** `doorbell run --dry-run`: what would run, with nothing run. */

import { EveryProgram } from '#conformance/exhaustive';
import { usableOffer } from '#conformance/faults';
import { isOffered } from '#conformance/generate';
import { run as runInterface } from '#conformance/index';
import { exhaustiveText } from '#reports/index';
import type { ExhaustiveStatistics, SystemUnderTest } from '#spec/index';
import { EXIT, type ExitCode } from './exit.ts';
import { print, printJson } from './output.ts';
import { type Part, partOf } from './run-part.ts';
import type { PlannedInterface, RunPlan } from './run-plan.ts';

interface Intended {
  readonly interface: string;
  readonly target: string;
  readonly system: string;
  readonly edition: string;
  readonly profile: string;
  readonly programs: number;
  /** Null where programs are counted and not written. */
  readonly steps: number | null;
  /** Programs by where they come from. */
  readonly generators: Readonly<Record<string, number>>;
  /** Of every program over a small world: which, and how many the target cannot run. */
  readonly exhaustive?: Omit<ExhaustiveStatistics, 'covered'>;
  /** Why nothing would run; null when something would. */
  readonly reason: string | null;
}

/** Enough to say what would run where time ends the run. */
const mostPrograms = 1000;

/** Says of each interface what would run. */
const intend = async ({ interfaces, plan }: Part): Promise<readonly Intended[]> => {
  const out: Intended[] = [];
  for (const { planned, system } of interfaces) {
    const { name, edition, profile } = planned;
    const { description } = system;
    out.push({
      interface: name,
      target: description.address,
      system: `${description.system.name} ${description.system.version}`,
      edition,
      profile,
      ...(counted(planned, system, plan) ?? (await written(planned, system, plan))),
    });
  }
  return out;
};

type Amount = Pick<Intended, 'programs' | 'steps' | 'generators' | 'exhaustive' | 'reason'>;

/** Of exhaustive mode every program is counted, and none is written: there may be very many. */
const counted = (
  { name, exhaustive, corpus }: PlannedInterface,
  { description }: SystemUnderTest,
  plan: RunPlan,
): Amount | null => {
  const offer = usableOffer(description, name, plan.faults);
  if (exhaustive === undefined || offer === undefined) return null;
  const every = new EveryProgram(name, exhaustive, offer);
  const programs = every.share(partOf(plan));
  const isFirst = (partOf(plan)?.index ?? 0) === 0;
  const kept = isFirst ? (corpus?.programs ?? []).filter(({ steps }) => isOffered(name, offer, steps)) : [];
  return {
    programs: kept.length + programs,
    steps: null,
    generators: { ...(kept.length > 0 && { corpus: kept.length }), exhaustive: programs },
    exhaustive: { ...exhaustive, total: every.total, notOffered: every.total - every.offered },
    reason: null,
  };
};

/** Every program is written as a run would, against a system that runs none. */
const written = async (
  { name, edition, profile, clauses, programs, corpus }: PlannedInterface,
  { description }: SystemUnderTest,
  plan: RunPlan,
): Promise<Amount> => {
  const { seed, maxSteps, faults } = plan;
  const shard = partOf(plan);
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
      ...(corpus && { corpus }),
      ...(shard && { shard }),
    },
  );
  return {
    programs: record.programs,
    steps: record.steps,
    generators: record.statistics.generators,
    reason: record.reason,
  };
};

const sentence = ({ interface: name, target, system, edition, profile, ...rest }: Intended): string => {
  const { programs, steps, generators, exhaustive, reason } = rest;
  if (reason !== null) return `${name} on ${target}: nothing would run: ${reason}`;
  const from = Object.entries(generators).map(([origin, count]) => `${count} ${origin}`);
  return [
    `${name} on ${target} (${system}), edition ${edition}, profile ${profile}:`,
    `${programs} programs (${from.join(', ')}),`,
    exhaustive === undefined ? `${steps} steps` : `of ${exhaustiveText(exhaustive)}`,
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
