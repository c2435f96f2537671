/** Where a mutant can lie. Each hook is given what an honest system would do, and says what this one does instead. */

import type { DescriptorState, Entry, Kernel, OpenFile, ThreadState } from './kernel.ts';

/** One vector on its way to a thread. */
export interface Post {
  readonly thread: number;
  readonly vector: number;
}

export interface Lies {
  /** The vector that a call works with. */
  readonly vector?: (honest: bigint, call: 'create_fd' | 'register_self') => bigint;
  /** The error of a call out of those that apply, or null to go through. */
  readonly refusal?: (
    honest: readonly string[],
    call: 'create_fd' | 'register_self' | 'register_sender',
    context: {
      readonly thread: number;
      readonly vector: bigint;
      readonly flags: number;
      readonly file: OpenFile | null;
      /** The descriptor that the call was given. */
      readonly descriptor: DescriptorState | null;
    },
    kernel: Kernel,
  ) => readonly string[];
  readonly afterRefusal?: (kernel: Kernel) => void;
  readonly index?: (honest: number, kernel: Kernel, thread: number) => number;
  /** What becomes of a send. */
  readonly posts?: (honest: Post, entry: Entry, sender: number, kernel: Kernel) => readonly Post[];
  /** A fault that an honest system would not give. */
  readonly faults?: (entry: Entry, sender: number, kernel: Kernel) => boolean;
  /** A send through an index that is nobody's or was given up works. */
  readonly revives?: (entry: Entry | null, kernel: Kernel) => boolean;
  /** Which of the recognised vectors is delivered next. */
  readonly next?: (honest: number, recognised: readonly number[]) => number;
  readonly shows?: (honest: number) => number;
  readonly afterDelivery?: (thread: ThreadState, vector: number) => void;
  readonly deliversWhileOff?: (thread: ThreadState) => boolean;
  /** Closing this descriptor frees the object although others are open. */
  readonly frees?: (file: OpenFile, process: number, kernel: Kernel) => boolean;
  readonly closeOnExec?: (honest: boolean) => boolean;
  readonly afterDuplicate?: (kernel: Kernel, name: string, process: number) => void;
  readonly survivesExec?: boolean;
  readonly opensNothing?: boolean;
  readonly incident?: (
    kernel: Kernel,
  ) => { readonly kind: 'warning' | 'leak' | 'died' | 'hung'; readonly text: string } | null;
}

export const honest: Lies = {};
