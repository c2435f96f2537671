/** The target `stdio:COMMAND`: any agent that speaks the protocol on its standard input and output. */

import type { Adapter } from '#spec/index';
import { openAgent } from './agent-system.ts';
import { wordsOf } from './command.ts';

const scheme = 'stdio';

export const stdioAdapter: Adapter = {
  scheme,
  summary: 'any agent that speaks the agent protocol: stdio:COMMAND',
  open: (address, signal) =>
    openAgent(address, { command: wordsOf(address.slice(scheme.length + 1)) }, { signal }),
};
