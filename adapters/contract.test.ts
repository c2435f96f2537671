import { describe, expect, test } from 'vitest';
import { UsageError } from '#spec/index';
import { systemContract } from './contract.ts';
import { adapters, openTarget, simulatorAdapter } from './index.ts';

systemContract('the simulator', () => simulatorAdapter.open('simulator'));

describe('an address', () => {
  test('names an adapter by its scheme', async () => {
    const system = await openTarget('simulator');
    expect(system.description).toMatchObject({ address: 'simulator', selfCheck: true });
    await system.close();
  });

  test.each(['', 'simulat', 'tcp:localhost:1', 'LINUX', ':linux'])(
    '%j is refused with the schemes that there are',
    async (address) => {
      const refused = openTarget(address);
      await expect(refused).rejects.toBeInstanceOf(UsageError);
      await expect(refused).rejects.toThrow(/simulator, linux, stdio/);
    },
  );

  test.each(['linux:now', 'stdio:', 'stdio: ', "stdio:'open"])(
    '%j is refused by its adapter',
    async (address) => {
      await expect(openTarget(address)).rejects.toBeInstanceOf(UsageError);
    },
  );

  test('every adapter has a scheme of its own and says what it reaches', () => {
    expect(new Set(adapters.map(({ scheme }) => scheme)).size).toBe(adapters.length);
    for (const { summary } of adapters) expect(summary).not.toBe('');
  });
});
