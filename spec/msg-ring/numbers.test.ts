import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { interfaceFile } from '../load.ts';
import { errno, errnoName, errnoOf, knownErrno } from './errno.ts';
import { IORING_SETUP, IOSQE } from './flags.ts';

const flagsOf = (operation: string, argument: string): readonly string[] =>
  interfaceFile('msg-ring')
    .operations.find(({ name }) => name === operation)
    ?.arguments.find(({ name }) => name === argument)?.values ?? [];

test.each([
  ['setup', 'flags', IORING_SETUP],
  ['prep_msg_ring', 'sqe_flags', IOSQE],
])('the flags of %s.%s are those that programs may use, a bit each', (operation, argument, table) => {
  expect(Object.keys(table).sort()).toEqual([...flagsOf(operation, argument)].sort());
  const bits = Object.values(table);
  expect(bits.length).toBeGreaterThan(0);
  expect(bits.reduce((sum, bit) => sum + bit, 0)).toBe(bits.reduce((all, bit) => all | bit, 0));
});

test.runIf(process.platform === 'linux')('errors have the numbers of this machine', () => {
  const here = constants.errno as Readonly<Record<string, number>>;
  const shared = Object.entries(errno).filter(([name]) => name in here);
  expect(shared.length).toBeGreaterThan(20);
  expect(shared.filter(([name, number]) => here[name] !== number)).toEqual([]);
});

test('names and numbers lead to each other', () => {
  for (const [name, number] of Object.entries(errno)) {
    expect(errnoName(-number)).toBe(name);
    expect(errnoOf(name)).toBe(number);
  }
  expect([errnoName(-4095), knownErrno(-4095), errnoOf('any')]).toEqual(['E4095', undefined, errno.EINVAL]);
});
