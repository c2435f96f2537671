/** What a mutant of this interface is made of, and the few facts that several lies ask for. */

import type { ClauseId } from '#spec/index';
import type { Mutant } from '../../interface-simulator.ts';
import type { Choices } from '../behaviours.ts';
import { type OpenFile, ringOf } from '../descriptors.ts';
import type { Kernel } from '../kernel.ts';
import type { Lies } from '../lies.ts';
import type { Completion, Request, Ring } from '../ring.ts';

export interface MsgRingMutant extends Mutant {
  /** Its lies, given the argument of its address. */
  readonly lies: (argument: number) => Partial<Lies>;
  /** Choices that it makes otherwise than its behaviour. */
  readonly choices?: Partial<Choices>;
}

type Details = Omit<MsgRingMutant, 'name' | 'interface' | 'lie' | 'breaks' | 'lies'>;

/** A mutant that always lies at the same points. */
export const mutant = (
  name: string,
  lie: string,
  breaks: readonly [ClauseId, ...ClauseId[]],
  lies: Partial<Lies>,
  details: Details = {},
): MsgRingMutant => ({ name, interface: 'msg-ring', lie, breaks, lies: () => lies, ...details });

/** A permitted behaviour in the dress of a mutant: the suite must not notice it. */
export const control = (
  name: string,
  lie: string,
  lies: Partial<Lies>,
  choices: Partial<Choices> = {},
): MsgRingMutant => ({
  name,
  interface: 'msg-ring',
  lie,
  breaks: [],
  lies: () => lies,
  choices,
  control: true,
});

/** A lie about the target completion alone. */
export const payload = (
  change: (honest: Completion, request: Request, target: Ring, kernel: Kernel) => Partial<Completion>,
): Partial<Lies> => ({
  payload: (honest, request, target, kernel) => ({ ...honest, ...change(honest, request, target, kernel) }),
});

/** A lie about how many completions a message posts. */
export const copies = (
  count: number,
  when: (request: Request, target: Ring, kernel: Kernel) => boolean,
): Partial<Lies> => ({
  copies: (request, target, kernel) => (when(request, target, kernel) ? count : 1),
});

/** Whether an entry sends a message in the one way that the page describes. */
export const isPlain = ({ flags, foreign, command, sqeFlags }: Request): boolean =>
  flags === 0 && foreign === 0 && command === '0x0' && sqeFlags === 0;

/** Whether an entry has its own ring as target. */
export const isToSelf = (request: Request, kernel: Kernel): boolean =>
  targetOf(request, kernel) === request.source;

/** The ring that an entry names, or null. */
export const targetOf = (request: Request, kernel: Kernel): Ring | null =>
  ringOf(kernel.descriptors.at(request.fd));

/** Whether a descriptor of an entry is not the first that denotes its file. */
export const isDuplicate = (fd: number, file: OpenFile | null, kernel: Kernel): boolean =>
  file !== null && kernel.descriptors.first(file) !== fd;

/** The lower bits of a 64-bit value, in its one spelling. */
export const lowBits = (value: string, count: number): string =>
  `0x${BigInt.asUintN(count, BigInt(value)).toString(16)}`;
