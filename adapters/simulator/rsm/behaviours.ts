/** Known ways to read the page or to depart from it, as data: what each makes of every question left open. */

import type { RsmCapability } from '#spec/index';

/** One value for every variation point of the interface, by the point's id. */
export interface Choices {
  readonly 'no-accumulate@post': 'honoured' | 'ignored';
  readonly 'scope@no-accumulate': 'importer' | 'segment';
  readonly 'events@wait': 'one' | 'all';
  readonly 'gate@unpublish': 'closed' | 'open';
  readonly 'gate@unmap': 'closed' | 'open';
  readonly 'gate@disconnect': 'closed' | 'open';
  readonly 'pollfd@unpublished': 'refused' | 'given';
  readonly 'count@pollfd': 'handle' | 'segment';
  readonly 'release@zero': 'success' | 'BAD_SEG_HNDL';
  readonly 'unreachable@export': 'reported' | 'hidden';
  readonly 'never-published@post': string;
  readonly 'cut-off@post': string;
  readonly 'pending@unpublish': 'kept' | 'dropped';
  readonly 'event@poll': 'stays' | 'consumed';
  readonly 'timeout@infinite': 'never' | 'with-rivals';
  readonly 'waiter@gone': 'stays' | 'released';
  readonly 'stale@import': 'deaf' | 'hears';
}

export interface Behaviour {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: readonly RsmCapability[];
  readonly lacks: readonly string[];
  readonly choices: Choices;
}

const docs: Behaviour = {
  name: 'docs',
  summary: 'the page read strictly, with the choices that its authors seem to have had in mind',
  capabilities: ['threads', 'processes', 'nodes', 'memory-fault'],
  lacks: [],
  choices: {
    'no-accumulate@post': 'honoured',
    'scope@no-accumulate': 'importer',
    'events@wait': 'one',
    'gate@unpublish': 'closed',
    'gate@unmap': 'closed',
    'gate@disconnect': 'closed',
    'pollfd@unpublished': 'refused',
    'count@pollfd': 'handle',
    'release@zero': 'BAD_SEG_HNDL',
    'unreachable@export': 'reported',
    'never-published@post': 'SEG_NOT_PUBLISHED',
    'cut-off@post': 'success',
    'pending@unpublish': 'dropped',
    'event@poll': 'stays',
    'timeout@infinite': 'never',
    'waiter@gone': 'released',
    'stale@import': 'deaf',
  },
};

export const behaviours: readonly [Behaviour, ...Behaviour[]] = [
  docs,
  {
    ...docs,
    name: 'illumos',
    summary: 'illumos, as its source reads: no flag, other gates, and a pollfd for every segment',
    choices: {
      ...docs.choices,
      'no-accumulate@post': 'ignored',
      'gate@unpublish': 'open',
      'gate@unmap': 'open',
      'pollfd@unpublished': 'given',
      'release@zero': 'success',
      'unreachable@export': 'hidden',
      'never-published@post': 'success',
      'cut-off@post': 'success',
      'pending@unpublish': 'kept',
      'timeout@infinite': 'with-rivals',
      'waiter@gone': 'stays',
      'stale@import': 'hears',
    },
  },
];
