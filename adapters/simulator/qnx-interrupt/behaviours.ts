/** Known ways to read the page, as data: what each makes of every question left open. */

import type { QnxInterruptCapability } from '#spec/index';

export interface Choices {
  readonly 'unknown-flags@attach': 'ignored' | 'refused';
  readonly 'unknown-event@attach': 'refused' | 'accepted';
  readonly 'memory-event@attach': 'refused' | 'accepted';
  readonly 'signal-thread@attach': 'refused' | 'accepted';
  readonly 'highest@priority': '254' | '253';
  /** Whether every attachment counts its own masks, or the line has one mask for all. */
  readonly masks: 'of an attachment' | 'of a line';
}

export interface Behaviour {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: readonly QnxInterruptCapability[];
  readonly lacks: readonly string[];
  readonly choices: Choices;
}

const docs: Behaviour = {
  name: 'docs',
  summary: 'the page to the letter, with masks counted as the companion pages say',
  capabilities: ['threads', 'processes', 'sources', 'abilities', 'processors', 'memory-fault', 'entry-fault'],
  lacks: [],
  choices: {
    'unknown-flags@attach': 'ignored',
    'unknown-event@attach': 'refused',
    'memory-event@attach': 'refused',
    'signal-thread@attach': 'refused',
    'highest@priority': '254',
    masks: 'of an attachment',
  },
};

export const behaviours: readonly [Behaviour, ...Behaviour[]] = [
  docs,
  {
    ...docs,
    name: 'qnx-8.0',
    summary: 'as notes on QNX OS 8.0 have it: no service thread of a user runs above 253',
    choices: { ...docs.choices, 'highest@priority': '253', 'memory-event@attach': 'accepted' },
  },
];
