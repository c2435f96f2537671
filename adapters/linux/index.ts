/** The target `linux`: the running kernel, through an agent of our own in a child process. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Adapter, HarnessError, UsageError } from '#spec/index';
import { openAgent } from '../stdio/agent-system.ts';

/** Where the agent lies: one file, bundled, since Node 20 cannot run its sources. */
const agentPath = (): string => {
  const path = fileURLToPath(import.meta.resolve('#linux-agent'));
  if (!existsSync(path)) throw new HarnessError('the agent was not built: run `npm run build`');
  return path;
};

const scheme = 'linux';

export const linuxAdapter: Adapter = {
  scheme,
  summary: 'the running kernel, without a compiler and without being root',
  open: async (address, signal) => {
    if (address !== scheme)
      throw new UsageError(`${address}: linux is the running kernel and takes nothing more`);
    return openAgent(
      address,
      {
        command: [process.execPath, agentPath()],
        // Rings of Node itself would only be in the way.
        env: { UV_USE_IO_URING: '0' },
      },
      { signal },
    );
  },
};
