/**
 * Why user interrupts are not offered here. Nothing is called to find out: the numbers that kernels with these calls use
 * belong to other calls everywhere else, and some of those answer as a kernel with them would.
 */

import { existsSync, readFileSync } from 'node:fs';

/** Where a machine tells about itself; replaced in tests. */
export interface Accounts {
  readonly processor: string;
  readonly symbols: string;
}

const accountsHere: Accounts = { processor: '/proc/cpuinfo', symbols: '/proc/kallsyms' };

const holds = (path: string, pattern: RegExp): boolean => {
  if (!existsSync(path)) return false;
  try {
    return pattern.test(readFileSync(path, 'utf8'));
  } catch (cause) {
    // A hardened kernel does not show its symbols to everybody: then it has told nothing.
    if (cause instanceof Error && 'code' in cause) return false;
    throw cause;
  }
};

/** The reason, and what a person can do about it. */
export const whyNoUserInterrupts = ({ processor, symbols }: Accounts = accountsHere): string => {
  const hasProcessor = holds(processor, /^flags\s*:.*\buintr\b/m);
  const hasKernel = holds(symbols, /\b(?:__x64_)?sys_uintr_register_handler\b/);
  const lacks = [
    ...(hasProcessor ? [] : ['the processor does not have the flag uintr']),
    ...(hasKernel ? [] : ['the kernel shows no symbol of uintr_register_handler']),
  ];
  const instead = 'use --target simulator, or connect an agent of your own with stdio:COMMAND';
  return lacks.length > 0
    ? `no user interrupts here (${lacks.join(', and ')}); nothing was called: ${instead}`
    : `this agent does not make the calls of user interrupts, whose numbers differ between kernels: ${instead}`;
};
