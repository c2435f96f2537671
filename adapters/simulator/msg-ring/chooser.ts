/** A system that conforms and cannot be predicted: it draws by seed whatever the page leaves open, and counts it. */

import type { Errno } from '#spec/msg-ring/errno';
import { Random } from '../random.ts';
import type { Choices } from './behaviours.ts';
import type { CommandFate, Decisions, Delivery, MemoryFate, OwnerFate } from './decisions.ts';
import type { NonDescriptor } from './descriptors.ts';
import {
  type DrawnOccasion,
  drawnOccasions,
  type OutcomeOf,
  type PointOccasion,
  pointOccasions,
} from './occasions.ts';
import type { Request } from './ring.ts';

/** Flags and success values that a system might choose when it does not choose 0. */
const SOME_FLAGS = [1, 64, 0x8000_0000] as const;
const SOME_SUCCESS = [1, 7] as const;
const LATENESS_MAX_US = 200;

/** One occasion drawn from: its outcomes by weight, and how often each was taken. */
class Occasion<Outcome extends string> {
  private readonly outcomes: readonly Outcome[];
  private readonly bounds: readonly number[];
  private readonly random: Random;
  private readonly counts: number[];

  constructor(weights: Readonly<Record<Outcome, number>>, random: Random) {
    this.outcomes = Object.keys(weights) as Outcome[];
    let bound = 0;
    this.bounds = this.outcomes.map((outcome) => (bound += weights[outcome]));
    this.counts = this.outcomes.map(() => 0);
    this.random = random;
  }

  draw(): Outcome {
    const { bounds } = this;
    const point = this.random.below(bounds.at(-1) as number);
    let index = 0;
    while (point >= (bounds[index] as number)) index += 1;
    this.counts[index] = (this.counts[index] as number) + 1;
    return this.outcomes[index] as Outcome;
  }

  /** Adds what was taken, by `name: outcome`. */
  tell(name: string, taken: Map<string, number>): void {
    this.outcomes.forEach((outcome, index) => {
      const count = this.counts[index] as number;
      if (count > 0) taken.set(`${name}: ${outcome}`, count);
    });
  }
}

type Occasions = { readonly [Name in DrawnOccasion]: Occasion<OutcomeOf<Name>> };

export class Chooser implements Decisions {
  readonly acceptedFlags = 0;
  readonly prompt = false;
  readonly reportsLoss = false;
  private readonly seed: number;
  private readonly random = new Random();
  private readonly on: Occasions;
  /** What was chosen once. */
  readonly choices: Choices;
  private readonly pointsTaken = new Map<string, number>();
  private readonly flags: number;
  private readonly success: number;

  /**
   * @param preset - Choices that are not drawn.
   *
   * Two consecutive seeds (an even one and the next) choose opposite values at every variation point.
   */
  constructor(seed: number, preset: Partial<Choices> = {}) {
    this.seed = seed;
    const { random } = this;
    this.on = Object.fromEntries(
      Object.entries(drawnOccasions).map(([name, weights]) => [
        name,
        new Occasion(weights as Readonly<Record<string, number>>, random),
      ]),
    ) as unknown as Occasions;
    random.restart(seed >>> 1, 0);
    const drawn = Object.fromEntries(
      Object.entries(pointOccasions).map(([point, values]) => [
        point,
        values[(random.below(values.length) + (seed & 1)) % values.length],
      ]),
    );
    this.choices = { ...drawn, ...preset } as Choices;
    this.flags = this.choices['target-flags@plain'] === 'zero' ? 0 : pick(SOME_FLAGS, random);
    this.success = this.choices['success-value@message'] === 'zero' ? 0 : pick(SOME_SUCCESS, random);
  }

  /** Begins a program. What is drawn in it depends on the seed and on its ordinal, on nothing that came before. */
  begin(ordinal: number): void {
    this.random.restart(this.seed, ordinal + 1);
  }

  /** How often each outcome was taken, by `occasion: outcome`. */
  taken(): ReadonlyMap<string, number> {
    const taken = new Map(this.pointsTaken);
    for (const [name, occasion] of Object.entries(this.on)) occasion.tell(name, taken);
    return taken;
  }

  targetFlags(): number {
    this.take('target-flags@plain');
    return this.flags;
  }

  successValue(): number {
    this.take('success-value@message');
    return this.success;
  }

  disabledRefused(deferred: boolean): boolean {
    return this.take(deferred ? 'disabled-target@deferred' : 'disabled-target@direct') === 'EBADFD';
  }

  nonDescriptor(kind: NonDescriptor): Errno {
    return this.take(`non-descriptor@${kind}`) as Errno;
  }

  entryFault(request: Request): Errno | null {
    if (request.flags === 0) return null;
    return this.on['entry with message flags'].draw() === 'checked-first' ? 'EINVAL' : null;
  }

  stopsBatch(): boolean {
    return this.on['batch after a faulty entry'].draw() === 'stops';
  }

  foreignRefused(): boolean {
    return this.on['field that is never set'].draw() === 'EINVAL';
  }

  command(): CommandFate {
    const drawn = this.on['entry with a command'].draw();
    if (drawn === 'ignored') return 'message';
    return drawn === 'other-command' ? 'silence' : drawn;
  }

  sqeFlagsRefused(): boolean {
    return this.on['submission flag'].draw() === 'EINVAL';
  }

  fixedFile(): Errno {
    return this.on['registered file'].draw();
  }

  which(refusals: readonly Errno[]): Errno {
    const first = this.on['several refusals apply'].draw() === 'first-check';
    return refusals[first ? 0 : 1 + this.random.below(refusals.length - 1)] as Errno;
  }

  withoutMemory(deferred: boolean, full: boolean): MemoryFate {
    if (deferred && full) return this.on['deferred ring full, without memory'].draw();
    if (deferred) return this.on['deferred ring with room, without memory'].draw();
    if (full) return this.on['direct ring full, without memory'].draw();
    return this.on['direct ring with room, without memory'].draw();
  }

  deadOwner(): OwnerFate {
    return this.on['message to a ring whose owner has ended'].draw();
  }

  consumed(offered: number): number {
    if (offered < 2 || this.on['entries offered'].draw() === 'all-taken') return offered;
    return 1 + this.random.below(offered - 1);
  }

  failsWhole(): boolean {
    return this.on['chain with a faulty entry'].draw() === 'fails-whole';
  }

  cancelsRest(): boolean {
    return this.on['chain after a failure'].draw() === 'rest-cancelled';
  }

  silencesRest(): boolean {
    return this.on['chain cancelled behind a silent entry'].draw() === 'rest-silent';
  }

  skipHonoured(): boolean {
    return this.on['no completion on success'].draw() === 'honoured';
  }

  chainsWait(): boolean {
    return this.on['chain on a deferred ring'].draw() === 'waits-for-owner';
  }

  linkedAsync(): boolean {
    return this.on['drained or linked entry'].draw() === 'sent-by-worker';
  }

  iopollSelfAsync(): boolean {
    return this.on['message from an IOPOLL ring to itself'].draw() === 'sent-by-worker';
  }

  messageDelivery(deferred: boolean): Delivery {
    return this.on[deferred ? 'message to a deferred ring' : 'message to a direct ring'].draw();
  }

  ownDelivery(): Delivery {
    return this.on['source completion'].draw();
  }

  position(visible: number): number {
    if (visible === 0 || this.on['place among visible completions'].draw() === 'last') return visible;
    return this.random.below(visible);
  }

  overflowRises(): boolean {
    return this.on['room after an overflow'].draw() === 'filled-at-once';
  }

  /** The page excuses the loss of a message without memory, and of nothing else. */
  keepsOwn(): boolean {
    return true;
  }

  keepsTaskWork(): boolean {
    return true;
  }

  setupWithoutMemory(): boolean {
    return this.on['set up without memory'].draw() === 'made';
  }

  ready(): boolean {
    return this.on['pending work when a step ends'].draw() === 'done';
  }

  publishedAtExit(): boolean {
    return this.on['work left when an owner ends'].draw() === 'published';
  }

  cancelledAtEnd(): boolean {
    return this.on['request on a worker when its thread or ring ends'].draw() === 'cancelled';
  }

  returnsEarly(): boolean {
    return this.on['wait with too little there'].draw() === 'returns-early';
  }

  wakesNow(): boolean {
    return this.on['waiter with enough there'].draw() === 'returns-at-once';
  }

  fewerIsSuccess(): boolean {
    return this.on['time over with fewer there'].draw() === 'success';
  }

  latenessUs(): number {
    return this.on['end of a time'].draw() === 'punctual' ? 0 : 1 + this.random.below(LATENESS_MAX_US);
  }

  iopollBlocks(): boolean {
    return this.on['wait on an IOPOLL ring'].draw() === 'blocks';
  }

  private take(point: PointOccasion): Choices[PointOccasion] {
    const value = this.choices[point];
    const key = `${point}: ${value}`;
    this.pointsTaken.set(key, (this.pointsTaken.get(key) ?? 0) + 1);
    return value;
  }
}

const pick = <Value>(values: readonly Value[], random: Random): Value =>
  values[random.below(values.length)] as Value;
