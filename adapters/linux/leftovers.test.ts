import { closeSync, existsSync, openSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Leftovers } from './leftovers.ts';
import type { Libc } from './libc.ts';

const region = 1000;

/** The lowest free numbers of a process that has opened so many descriptors: what `lowestFree` asks for. */
const counting = (): { readonly libc: Libc; opened: number } => {
  const state = { opened: 0 };
  const libc = {
    fcntl: (_fd: number, _command: number, from = 0) => (from === region ? region : 20 + state.opened),
    close: () => 0,
  } as Partial<Libc> as Libc;
  return Object.assign(state, { libc });
};

test.runIf(existsSync('/proc/self/fd'))('a descriptor that a program left is named, once', () => {
  const process = counting();
  const leftovers = new Leftovers(process.libc, region);
  expect(leftovers.find(true)).toEqual([]);
  const path = import.meta.filename;
  const fd = openSync(path, 'r');
  process.opened++;
  expect(leftovers.find(false)).toEqual([]);
  expect(leftovers.find(true)).toEqual([`descriptor ${fd}: ${path}`]);
  expect(leftovers.find(true)).toEqual([]);
  closeSync(fd);
  process.opened--;
  expect(leftovers.find(true)).toEqual([]);
});
