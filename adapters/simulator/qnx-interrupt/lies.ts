/** Where a mutant can lie. Each hook is given what an honest system would do, and says what this one does instead. */

import type { Result } from '#spec/index';
import type { Incident } from '../stepwise-program.ts';
import type { AttachmentState, Kernel } from './kernel.ts';

/** What an attach call asks for. */
export interface Attaching {
  readonly thread: number;
  readonly vector: string;
  readonly event: string;
  readonly flags: ReadonlySet<string>;
  /** null in the plain pair. */
  readonly priority: number | null;
  readonly isR: boolean;
  readonly name: string;
}

export interface Lies {
  /** The errors that apply; the call goes through where there is none. */
  readonly refusal?: (honest: readonly string[], call: Attaching, kernel: Kernel) => readonly string[];
  readonly afterRefusal?: (call: Attaching, kernel: Kernel) => void;
  /** What a failing or succeeding attach reports. */
  readonly reports?: (honest: Result, call: Attaching, kernel: Kernel) => Result;
  readonly id?: (honest: number, call: Attaching, kernel: Kernel) => number;
  /** Place in the list of the line, and anything else that attaching does. */
  readonly place?: (honest: number, call: Attaching, length: number) => number;
  readonly masksAtFirst?: (honest: number, call: Attaching, kernel: Kernel) => number;
  readonly afterAttach?: (one: AttachmentState, kernel: Kernel) => void;
  readonly masksAtDelivery?: (one: AttachmentState, kernel: Kernel) => boolean;
  /** How often an interrupt is posted for an attachment. */
  readonly posts?: (one: AttachmentState, place: number, kernel: Kernel) => number;
  /** The order in which service threads of one line run. */
  readonly order?: (honest: readonly number[], kernel: Kernel) => readonly number[];
  /** A delivery of the event, to whom instead. */
  readonly emits?: (one: AttachmentState, kernel: Kernel) => readonly string[];
  readonly ignoresMasks?: (vector: string, kernel: Kernel) => boolean;
  readonly unmasks?: (one: AttachmentState, by: 'unmask' | 'wait', kernel: Kernel) => boolean;
  readonly afterUnmask?: (one: AttachmentState, kernel: Kernel) => void;
  readonly masks?: (honest: number) => number;
  /** Refuses a companion otherwise. */
  readonly companion?: (honest: string | null, call: string, one: AttachmentState | null) => string | null;
  readonly keepsAfterDetach?: (one: AttachmentState) => boolean;
  readonly releases?: (one: AttachmentState) => boolean;
  readonly afterDetach?: (one: AttachmentState, kernel: Kernel) => void;
  readonly wakes?: (one: AttachmentState, kernel: Kernel) => boolean;
  readonly lineMax?: (honest: number, kernel: Kernel) => number;
  readonly incident?: (kernel: Kernel) => Incident | null;
}

export const honest: Lies = {};
