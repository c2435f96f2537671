/** Mutants that do not lie about messages but die, hang, complain or leak. */

import type { ClauseId } from '#spec/index';
import type { Kernel } from '../kernel.ts';
import type { Incident } from '../lies.ts';
import { type MsgRingMutant, mutant } from './mutant.ts';

const incident = (
  name: string,
  lie: string,
  clause: ClauseId,
  kind: Incident['kind'],
  text: string,
  when: (kernel: Kernel) => boolean,
): MsgRingMutant =>
  mutant(name, lie, [clause], { incident: (kernel) => (when(kernel) ? { kind, text } : null) });

const overflows = ({ rings }: Kernel): boolean => rings.some(({ overflow }) => overflow.length >= 2);

export const systemMutants: readonly MsgRingMutant[] = [
  incident(
    'dies-of-overflow',
    'The system dies when a ring holds two completions that found no room.',
    'msg-ring/system/crash',
    'died',
    'the simulated system died: two completions in an overflow list',
    overflows,
  ),
  incident(
    'hangs-on-deferred-self',
    'The system hangs when a deferred ring has sent itself a message.',
    'msg-ring/system/hang',
    'hung',
    'the simulated system hung: a deferred ring sent itself a message',
    ({ ledger: { last, lastTarget } }) => last !== null && last.source === lastTarget && lastTarget.deferred,
  ),
  incident(
    'warns-of-large-len',
    'The log of the system warns when the last message had a len with its top bit set.',
    'msg-ring/system/warning',
    'warning',
    'WARNING: len is negative (simulated)',
    ({ ledger: { last } }) => (last?.len ?? 0) >= 0x8000_0000,
  ),
  incident(
    'leaks-third-ring',
    'A third ring is left behind by the program that made it.',
    'msg-ring/system/leak',
    'leak',
    'a ring (simulated)',
    ({ rings }) => rings.length >= 3,
  ),
];
