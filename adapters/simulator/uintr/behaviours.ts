/** Known ways to read the two pages or to depart from them, as data: what each makes of every question left open. */

import type { UintrCapability } from '#spec/index';

/** One value for every variation point of the interface, by the point's id. */
export interface Choices {
  readonly 'no-hardware@create-fd': 'EOPNOTSUPP' | 'ENOSYS';
  readonly 'without-handler@create-fd': string;
  readonly 'vector-range@create-fd': string;
  readonly 'vector-range@register-self': 'ENOSPC' | 'unchecked';
  readonly 'without-handler@register-self': 'refused' | 'accepted';
  readonly 'vector-in-use@create-fd': 'accepted' | 'refused';
  readonly 'vector-in-use@register-self': 'accepted' | 'refused';
  readonly 'index-scope@self': 'process' | 'thread';
  readonly 'index-scope@sender': 'process' | 'thread';
  readonly 'last-close@connection': 'kept' | 'freed';
  readonly 'unregister-argument@sender': 'index' | 'descriptor';
  readonly 'second-connection@thread': 'accepted' | 'refused';
  readonly 'delivery@start': 'off' | 'on';
}

export interface Behaviour {
  readonly name: string;
  readonly summary: string;
  readonly capabilities: readonly UintrCapability[];
  /** Operations that it lacks. */
  readonly lacks: readonly string[];
  readonly choices: Choices;
  /** Indexes of one table. */
  readonly tableSize: number;
  /** What is sent to a thread that has given up its handler waits for the next one. */
  readonly keepsForLater: boolean;
  /** Indexes work in the child of fork. */
  readonly childHasIndexes: boolean;
}

const everything: readonly UintrCapability[] = [
  'threads',
  'processes',
  'descriptor-limit',
  'file-limit',
  'index-limit',
  'memory-fault',
  'hardware-fault',
];

const docs: Behaviour = {
  name: 'docs',
  summary: 'the two pages to the letter, with the choices that their authors seem to have had in mind',
  capabilities: everything,
  lacks: [],
  choices: {
    'no-hardware@create-fd': 'EOPNOTSUPP',
    'without-handler@create-fd': 'EINVAL',
    'vector-range@create-fd': 'ENOSPC',
    'vector-range@register-self': 'ENOSPC',
    'without-handler@register-self': 'refused',
    'vector-in-use@create-fd': 'accepted',
    'vector-in-use@register-self': 'accepted',
    'index-scope@self': 'process',
    'index-scope@sender': 'process',
    'last-close@connection': 'freed',
    'unregister-argument@sender': 'index',
    'second-connection@thread': 'accepted',
    'delivery@start': 'off',
  },
  tableSize: 256,
  keepsForLater: false,
  childHasIndexes: false,
};

export const behaviours: readonly [Behaviour, ...Behaviour[]] = [
  docs,
  {
    ...docs,
    name: 'intel-gen1',
    summary: 'the first generation of the Intel kernel trees, which has no uintr_register_self',
    lacks: ['register_self', 'fill_table'],
    choices: {
      ...docs.choices,
      'vector-in-use@create-fd': 'refused',
      'index-scope@sender': 'thread',
      'unregister-argument@sender': 'descriptor',
      'second-connection@thread': 'refused',
    },
  },
  {
    ...docs,
    name: 'intel-gen2',
    summary: 'the second generation, whose call for a descriptor was renamed uintr_vector_fd',
    choices: { ...docs.choices, 'no-hardware@create-fd': 'ENOSYS', 'last-close@connection': 'kept' },
    keepsForLater: true,
    childHasIndexes: true,
  },
  {
    ...docs,
    name: 'driver',
    summary: 'the out-of-tree driver: no descriptors, tables of threads, vectors that nobody checks',
    lacks: ['create_fd', 'register_sender', 'pass', 'dup', 'close', 'getfd'],
    choices: {
      ...docs.choices,
      'vector-range@register-self': 'unchecked',
      'index-scope@self': 'thread',
    },
    tableSize: 64,
  },
];
