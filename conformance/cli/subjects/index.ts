/** The interfaces that the suites go through, one after the other; a further one is a file here and a line below. */

import { msgRingSubject } from './msg-ring.ts';
import { qnxInterruptSubject } from './qnx-interrupt.ts';
import { rsmSubject } from './rsm.ts';
import type { Subject } from './subject.ts';
import { uintrSubject } from './uintr.ts';

export type { CoverageRun, Subject } from './subject.ts';

export const subjects: readonly Subject[] = [msgRingSubject, qnxInterruptSubject, rsmSubject, uintrSubject];
