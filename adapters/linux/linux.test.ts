import { describe, expect, test } from 'vitest';
import { systemContract } from '../contract.ts';
import { linuxAdapter } from './index.ts';

const unavailable = await (async () => {
  const system = await linuxAdapter.open('linux');
  await system.close();
  return 'msg-ring' in system.description.interfaces
    ? null
    : (system.description.reason ?? 'no reason given');
})();

if (unavailable === null) systemContract('the running kernel', () => linuxAdapter.open('linux'));
else describe.skip(`the running kernel: ${unavailable}`, () => test('is not tested', () => expect.fail()));
