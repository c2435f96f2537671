/**
 * A run of one interface on one target: programs go out, traces come back and are judged, signatures are gathered until
 * the budget ends. The run does not stop at the first deviation, and what the target answers never steers generation.
 */

import {
  type BatchLine,
  type ClauseId,
  type ClauseRecord,
  type CorpusStatistics,
  clauseFile,
  clauses,
  HarnessError,
  type HarnessFailure,
  type InterfaceName,
  type InterfaceOffer,
  type InterfaceRecord,
  type Program,
  type StaleFile,
  type SystemUnderTest,
  type UnsupportedClause,
} from '#spec/index';
import { type Attempt, attempt, shown } from './attempt.ts';
import { Events } from './events.ts';
import { type Bound, EveryProgram } from './exhaustive.ts';
import type { Deviation } from './explanation.ts';
import { factsAbout } from './facts.ts';
import { usableOffer } from './faults.ts';
import { asFirstSeen, contradiction, type FoundTrace, investigate, type Laboratory } from './findings.ts';
import { generatePrograms, isOffered } from './generate.ts';
import { editionOf, type JudgeOptions, presetOf, statesOf } from './oracle.ts';
import { mergeStatistics, named, newCounts, noStatistics, statisticsSince } from './statistics.ts';
import { type InterfaceProofs, type Source, Tally } from './tally.ts';
import { UnmadeCalls } from './unmade-calls.ts';
import { unobservedOf } from './unobserved.ts';

export interface RunOptions {
  readonly seed: number;
  /** Programs to generate; `Infinity` where time ends the run. */
  readonly runs: number;
  /** Longest time of the main loop, in milliseconds. */
  readonly timeMs?: number;
  readonly maxSteps: number;
  readonly edition?: string;
  readonly profile?: string;
  /** Only these clauses: their programs, their verdicts, their findings. */
  readonly clauses?: readonly ClauseId[];
  /** Offer operations that can hurt a live system. */
  readonly faults?: boolean;
  readonly shard?: { readonly index: number; readonly count: number };
  /** Every program of a small world instead of generated ones. */
  readonly exhaustive?: Bound;
  /** These instead of generated ones. */
  readonly programs?: readonly Program[];
  /** Known failures and the like, run before anything else. */
  readonly firstPrograms?: readonly Program[];
  /** Programs kept from earlier runs, run next. */
  readonly corpus?: KeptPrograms;
  readonly signal?: AbortSignal;
  /** Repetitions of each finding; default 20. */
  readonly repetitions?: number;
}

/** Programs kept from earlier runs. */
export interface KeptPrograms {
  readonly programs: readonly Program[];
  /** Files that hold none which can be run. */
  readonly stale: readonly StaleFile[];
}

/** Where a run tells what it learns, as it learns it. */
export interface RunSink {
  readonly batch?: (line: BatchLine) => void;
  /** `programs` is how many programs had been judged until then; absent for what another process found. */
  readonly finding?: (found: FoundTrace, programs?: number) => void;
  readonly progress?: (done: number, of: number, findings: number) => void;
}

export interface InterfaceRun {
  readonly record: InterfaceRecord;
  readonly findings: readonly FoundTrace[];
  readonly unsupported: readonly UnsupportedClause[];
  /** Failures of the harness or agent: never verdicts. */
  readonly failures: readonly HarnessFailure[];
  /** A failure is one after which the target could not be used any more. */
  readonly ended: 'budget' | 'interrupted' | 'failure';
  /** Short signatures that deviate from each edition: what is counted in the record, for merging. */
  readonly signatures: Readonly<Record<string, readonly string[]>>;
  readonly proofs: InterfaceProofs;
}

/** Programs between two batch lines. */
const batchSize = 100;
/** Traces judged under another edition for their own signature, per edition and class; more tell nothing new. */
const editionProbes = 200;

/** Runs one interface on one target. */
export const run = async (
  name: InterfaceName,
  system: SystemUnderTest,
  options: RunOptions,
  sink: RunSink = {},
): Promise<InterfaceRun> => new Run(name, system, options, sink).go();

interface Counted {
  readonly steps: number;
  readonly exercised: Readonly<Record<string, number>>;
  /** By edition. */
  readonly signatures: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly statistics: InterfaceRecord['statistics'];
}

const nothingCounted: Counted = {
  steps: 0,
  exercised: {},
  signatures: {},
  statistics: noStatistics,
};

/** A program with its number in the whole run, from 0; what is run before any of them has the number of the first. */
interface Numbered {
  readonly program: Program;
  readonly origin: Source;
  readonly number: number;
}

class Run {
  readonly name: InterfaceName;
  readonly system: SystemUnderTest;
  readonly options: RunOptions;
  readonly sink: RunSink;
  readonly judging: JudgeOptions;
  readonly tally: Tally;
  readonly events: Events;
  readonly found = new Map<string, FoundTrace>();
  readonly seen = new Map<string, number>();
  /** Deviations that have been looked into. */
  readonly known: Deviation[] = [];
  readonly failures: HarnessFailure[] = [];
  readonly unmade: UnmadeCalls;
  /** In exhaustive mode, once the target has said what it offers. */
  every: EveryProgram | null = null;
  /** What became of the programs of earlier runs, where this run is the one that runs them. */
  corpus: CorpusStatistics | null = null;
  shrinking = 0;
  editionProbes = 0;
  lastBatch = 0;
  lastCounted: Counted = nothingCounted;

  constructor(name: InterfaceName, system: SystemUnderTest, options: RunOptions, sink: RunSink) {
    this.name = name;
    this.system = system;
    this.options = options;
    this.sink = sink;
    this.judging = {
      ...(options.edition !== undefined && { edition: options.edition }),
      ...(options.profile !== undefined && { profile: options.profile }),
    };
    this.tally = new Tally(name, options.profile);
    this.unmade = new UnmadeCalls(name, system.description.interfaces[name]);
    this.events = new Events(name, statesOf(name, editionOf(name, options.edition, options.profile).id));
  }

  async go(): Promise<InterfaceRun> {
    const { timeMs, signal, faults, exhaustive } = this.options;
    const offer = usableOffer(this.system.description, this.name, faults);
    if (!offer) {
      const reason = this.system.description.reason ?? `the target does not offer ${this.name}`;
      return this.result('budget', reason);
    }
    const started = performance.now();
    if (exhaustive) this.every = new EveryProgram(this.name, exhaustive, offer);
    const stop = () =>
      signal?.aborted === true || (timeMs !== undefined && performance.now() - started >= timeMs);
    let ended: InterfaceRun['ended'] = 'budget';
    try {
      await this.loop(offer, stop);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      // A target that is closed under its program because the run was stopped did not fail.
      if (!signal?.aborted) {
        this.failures.push({ interface: this.name, reason: error.message });
        ended = 'failure';
      }
    }
    for (const { op, words } of this.unmade.neverMade())
      this.failures.push({
        interface: this.name,
        reason: `the agent declares ${op} and made no such call: it skipped all that could be made (${words})`,
      });
    this.batch(true);
    return this.result(signal?.aborted ? 'interrupted' : ended, null);
  }

  /** @throws {HarnessError} The target cannot be used any more. */
  async loop(offer: InterfaceOffer, stop: () => boolean): Promise<void> {
    const inFlight = Math.max(1, this.system.description.limits.inFlight);
    const waiting: Promise<void>[] = [];
    for (const generated of this.source(offer)) {
      if (stop()) break;
      const answered = attempt(this.system, generated.program, { ...this.judging, known: this.known });
      if (!(answered instanceof Promise)) {
        const more = this.take(generated, answered);
        if (more) await more;
        continue;
      }
      const settled = answered.then((tried) => this.take(generated, tried) ?? undefined);
      // It counts where it is awaited, which may be later than it fails.
      settled.catch(() => undefined);
      waiting.push(settled);
      if (waiting.length >= inFlight) await waiting.shift();
    }
    await Promise.all(waiting);
  }

  *source(offer: InterfaceOffer): Generator<Numbered> {
    const { options, every } = this;
    const { programs, firstPrograms = [], clauses: only, shard } = options;
    if (shard === undefined || shard.index === 0) {
      for (const program of firstPrograms) yield { program, origin: 'first', number: 0 };
      yield* this.kept(offer);
    }
    if (programs) {
      const { index, count } = shard ?? { index: 0, count: 1 };
      for (const [place, program] of programs.entries())
        yield { program, origin: 'file', number: place * count + index };
      return;
    }
    if (every) {
      yield* every.programs(shard);
      return;
    }
    yield* generatePrograms(this.name, {
      seed: options.seed,
      runs: options.runs,
      maxSteps: options.maxSteps,
      offer,
      ...(options.edition !== undefined && { edition: options.edition }),
      ...(only && { clauses: only }),
      ...(shard && { shard }),
    });
  }

  *kept(offer: InterfaceOffer): Generator<Numbered> {
    const { corpus } = this.options;
    if (corpus === undefined) return;
    this.corpus = { replayed: 0, notOffered: 0, stale: corpus.stale };
    for (const program of corpus.programs)
      if (isOffered(this.name, offer, program.steps)) {
        this.corpus = { ...this.corpus, replayed: this.corpus.replayed + 1 };
        yield { program, origin: 'corpus', number: 0 };
      } else this.corpus = { ...this.corpus, notOffered: this.corpus.notOffered + 1 };
  }

  /** Takes an answer in; a promise when there is something to investigate. */
  take({ program, origin, number }: Numbered, tried: Attempt): Promise<void> | null {
    const { tally } = this;
    tally.count(program, origin);
    if (origin === 'exhaustive' && hasOutcome(tried)) tally.covered++;
    if (tried.kind === 'not-judged') {
      this.notJudged(program, tried);
    } else {
      this.unmade.add(program, tried.answer.events);
      const contradictions = tally.add(program, origin, tried.judgement);
      this.events.add(number, program, tried.answer.events, tried.judgement);
      this.editions(tried);
      for (const found of contradictions) {
        this.batch(false);
        return this.contradicted(found);
      }
    }
    this.batch(false);
    const identity = shown(tried);
    if (identity === null || identity === 'unknown') return null;
    const known = this.seen.get(identity);
    this.seen.set(identity, (known ?? 0) + 1);
    if (known !== undefined) return null;
    return this.investigate(program, tried, identity);
  }

  async investigate(program: Program, tried: Attempt, identity: string): Promise<void> {
    const deviation = tried.kind === 'judged' ? tried.judgement.deviation : null;
    if (deviation && deviation.suspects.length > 0) this.known.push(deviation);
    const described = await this.investigated(program, tried);
    const { id } = described.finding;
    // Two things went wrong in that program, and what is left of it is known, or will be counted under its own name.
    if (id !== identity && this.found.has(id)) return;
    if (id !== identity) this.seen.set(id, this.seen.get(id) ?? 1);
    this.report(id, described);
  }

  /** @throws {HarnessError} The target was lost meanwhile; what was found is kept as it was first seen. */
  async investigated(program: Program, tried: Attempt): Promise<FoundTrace> {
    try {
      return await investigate(this.laboratory(), program, tried);
    } catch (error) {
      if (!(error instanceof HarnessError)) throw error;
      const described = asFirstSeen(this.laboratory(), program, tried);
      this.report(described.finding.id, described);
      throw error;
    }
  }

  async contradicted(found: Parameters<typeof contradiction>[1]): Promise<void> {
    const described = await contradiction(this.laboratory(), found);
    if (described) this.report(described.finding.id, described);
  }

  report(identity: string, described: FoundTrace): void {
    const { clauses: only } = this.options;
    // Whatever clauses are asked about, a system that crashes or hangs does not conform.
    const { kind, suspects } = described.finding;
    const isAlways = kind === 'crash' || kind === 'hang' || kind === 'warning' || kind === 'leak';
    if (only && !isAlways && !suspects.some((clause) => only.includes(clause as ClauseId))) return;
    this.found.set(identity, described);
    this.sink.finding?.(described, this.tally.programs);
  }

  laboratory(): Laboratory {
    const { name, system, judging, options } = this;
    return {
      name,
      system,
      judging,
      executed: () => this.shrinking++,
      ...(options.repetitions !== undefined && { times: options.repetitions }),
      ...(options.signal && { signal: options.signal }),
    };
  }

  notJudged(program: Program, { answer }: Extract<Attempt, { kind: 'not-judged' }>): void {
    const { tally, failures, name } = this;
    if (answer.kind === 'unsupported') {
      tally.refuse(answer.reason);
      return;
    }
    const killed = (answer.kind === 'died' || answer.kind === 'hung') && answer.killed === true;
    if (answer.kind !== 'failed' && !killed) return;
    tally.failed++;
    const step = 'step' in answer ? answer.step : undefined;
    failures.push({ interface: name, reason: answer.reason, program, ...(step !== undefined && { step }) });
  }

  /** Signatures under the other editions, where their verdict differs from the one in force. */
  editions({ judgement }: Extract<Attempt, { kind: 'judged' }>): void {
    const { deviation } = judgement;
    for (const { id, violates } of judgement.editions) {
      if (!violates) continue;
      if (deviation) this.tally.deviatesFrom(id, deviation.id);
      else if (this.editionProbes++ < editionProbes) this.tally.deviatesFrom(id, 'another reading');
    }
  }

  batch(last: boolean): void {
    const { tally, sink, options } = this;
    const from = this.lastBatch;
    if (!last && tally.programs - from < batchSize) return;
    if (tally.programs === from) return;
    const now = this.counted();
    const before = this.lastCounted;
    this.lastBatch = tally.programs;
    this.lastCounted = now;
    const of = this.every?.share(options.shard) ?? options.programs?.length ?? options.runs;
    sink.progress?.(tally.programs, of, this.found.size);
    sink.batch?.({
      type: 'batch',
      interface: this.name,
      from,
      programs: tally.programs - from,
      steps: now.steps - before.steps,
      exercised: newCounts(now.exercised, before.exercised),
      choices: Object.fromEntries(
        tally
          .choices()
          .filter(({ occasions }) => occasions > 0)
          .map(({ point, observed }) => [point, [...observed]]),
      ),
      signatures: Object.fromEntries(
        Object.entries(now.signatures)
          .map(([id, counts]) => [id, newCounts(counts, before.signatures[id] ?? {})] as const)
          .filter(([, counts]) => Object.keys(counts).length > 0),
      ),
      statistics: statisticsSince(now.statistics, before.statistics),
    });
  }

  /** Everything that a batch adds to. */
  counted(): Counted {
    const { tally } = this;
    return {
      steps: tally.steps,
      exercised: Object.fromEntries(tally.exercised),
      signatures: Object.fromEntries(
        [...tally.editions].map(([id, signatures]) => [
          id,
          Object.fromEntries([...signatures].map((signature) => [signature, 1])),
        ]),
      ),
      statistics: this.statistics(),
    };
  }

  statistics(): InterfaceRecord['statistics'] {
    const { tally, every, corpus } = this;
    const { exhaustive } = this.options;
    return {
      inconclusive: tally.inconclusive,
      unsupported: tally.unsupported,
      failed: tally.failed,
      generators: { ...tally.origins },
      exercisedBy: structuredClone(tally.exercisedBy),
      shrinking: this.shrinking,
      ...named('refusals', Object.fromEntries(tally.reasons)),
      ...named('skipped', { ...this.unmade.skipped }),
      drains: this.unmade.drains,
      failedDrains: this.unmade.failedDrains,
      ...(every &&
        exhaustive && {
          exhaustive: {
            ...exhaustive,
            total: every.total,
            notOffered: every.total - every.offered,
            covered: tally.covered,
          },
        }),
      ...(corpus && { corpus }),
      events: this.events.statistics(),
    };
  }

  finalStatistics(): InterfaceRecord['statistics'] {
    const { name, tally, judging } = this;
    const { events, ...others } = this.statistics();
    if (events === undefined || events.until === 0) return others;
    const unobserved = unobservedOf(name, judging, tally.spokenFor, events.outcomes);
    // Names in order, as when parts are merged.
    return mergeStatistics([{ ...others, events: { ...events, unobserved } }]);
  }

  result(ended: InterfaceRun['ended'], reason: string | null): InterfaceRun {
    const { name, system, options, tally } = this;
    const { description } = system;
    const edition = editionOf(name, options.edition, options.profile);
    const findings = [...this.found].map(([identity, { finding, trace }]) => ({
      finding: { ...finding, seen: this.seen.get(identity) ?? 1 },
      trace,
    }));
    const records = this.clauseRecords(reason, findings);
    const unsupported = records
      .filter(({ verdict }) => verdict === 'unsupported')
      .map(({ id, reason: why }) => ({ clause: id, reason: why ?? 'not offered' }));
    const preset = presetOf(name, options.profile);
    const file = clauseFile(name);
    const fewest = Math.min(...file.editions.map(({ id }) => tally.editions.get(id)?.size ?? 0));
    const fits = (id: string) => (tally.editions.get(id)?.size ?? 0) === fewest;
    const best = fits(edition.id) ? edition.id : file.editions.find(({ id }) => fits(id))?.id;
    const record: InterfaceRecord = {
      edition: edition.id,
      profile: options.profile ?? 'docs',
      programs: tally.programs,
      steps: tally.steps,
      target: {
        address: description.address,
        name: description.system.name,
        version: description.system.version,
        facts: factsAbout(name, description.system.facts),
        selfCheck: description.selfCheck,
        agent: `${description.agent.name} ${description.agent.version}`,
      },
      clauses: records,
      choices: tally.choices().map(({ point, observed, consistent, occasions }) => {
        const entry = file.points?.find(({ id }) => id === point);
        return {
          point,
          observed,
          consistent,
          clause: entry?.clause ?? '',
          statement: entry?.statement ?? '',
          values: entry?.values ?? [],
          ...(preset[point] && { profileValues: preset[point] }),
          occasions,
        };
      }),
      editions: file.editions.map(({ id, title, since }) => ({
        id,
        title,
        ...(since !== undefined && { since }),
        deviations: tally.editions.get(id)?.size ?? 0,
        fitsBest: id === best,
      })),
      statistics: this.finalStatistics(),
      gaps: clauses(name)
        .filter(({ gap }) => gap !== undefined)
        .map(({ id, gap, reason: reading, source }) => ({
          clause: id,
          gap: gap ?? '',
          reading: reading ?? null,
          source,
        })),
      reason,
    };
    const signatures = Object.fromEntries([...tally.editions].map(([id, known]) => [id, [...known]]));
    return {
      record,
      findings,
      unsupported,
      failures: this.failures,
      ended,
      signatures,
      proofs: tally.proofs(),
    };
  }

  clauseRecords(reason: string | null, findings: readonly FoundTrace[]): readonly ClauseRecord[] {
    const { name, options, tally } = this;
    const offered = this.system.description.interfaces[name];
    const capabilities = offered?.capabilities ?? [];
    const edition = editionOf(name, options.edition, options.profile).id;
    const violated = new Set(findings.map(({ finding }) => finding.clause));
    const only = options.clauses;
    return clauses(name)
      .filter(({ id }) => only === undefined || only.includes(id as ClauseId) || violated.has(id))
      .map((entry): ClauseRecord => {
        const exercised = tally.exercised.get(entry.id as ClauseId) ?? 0;
        const common = {
          id: entry.id,
          strength: entry.strength,
          exercised,
          expected: false,
          statement: entry.statement,
          source: entry.source,
          ...(entry.number !== undefined && { number: entry.number }),
          ...(entry.inferred !== undefined && { inferred: entry.inferred }),
        };
        const missing = (entry.requires ?? []).filter((capability) => !capabilities.includes(capability));
        if (violated.has(entry.id)) return { ...common, verdict: 'violates', reason: null };
        if (reason !== null) return { ...common, verdict: 'unsupported', reason };
        if (entry.checked === 'static')
          return {
            ...common,
            static: true,
            verdict: 'not-exercised',
            reason: entry.reason ?? 'no observation can refute it',
          };
        if (entry.checked === 'by-harness')
          return tally.judged > 0
            ? { ...common, verdict: 'conforms', exercised: tally.judged, reason: null }
            : { ...common, verdict: 'not-exercised', reason: 'no program ran to its end' };
        if (entry.editions !== undefined && !entry.editions.includes(edition))
          return { ...common, verdict: 'not-exercised', reason: `not part of edition ${edition}` };
        if (missing.length > 0)
          return {
            ...common,
            verdict: 'unsupported',
            reason: `the target does not offer ${missing.join(', ')}`,
          };
        if (exercised > 0) return { ...common, verdict: 'conforms', reason: null };
        if (entry.strength === 'unspecified')
          return {
            ...common,
            verdict: 'not-exercised',
            reason: 'the document leaves it open: nothing could have refuted it',
          };
        return {
          ...common,
          verdict: 'not-exercised',
          reason: 'no program of this run could have refuted it',
        };
      });
  }
}

/** The program was run, and what came of it can be told. */
const hasOutcome = (tried: Attempt): boolean => shown(tried) !== 'unknown';
