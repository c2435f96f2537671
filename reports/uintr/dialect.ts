/** `uintr` in the words of somebody who works on user interrupts: the names of the calls and of the instructions. */

import type { Program, Result, Step } from '#spec/index';
import { type Dialect, givenArguments, outcomeLine } from '../dialect.ts';
import { picture } from './picture.ts';

const instructions: ReadonlyMap<string, string> = new Map([
  ['senduipi', 'SENDUIPI'],
  ['clui', 'CLUI'],
  ['stui', 'STUI'],
  ['testui', 'TESTUI'],
]);

const states: ReadonlyMap<string, string> = new Map([
  ['limit descriptors', 'from here on the process can open no further descriptor'],
  ['limit files', 'from here on the system can open no further file'],
  ['limit lifted', 'the limits are lifted'],
  ['memory exhausted', 'from here on the kernel cannot allocate memory'],
  ['memory restored', 'from here on the kernel can allocate memory again'],
  ['hardware missing', 'from here on the processor lacks user interrupts'],
  ['hardware present', 'from here on the processor has user interrupts again'],
]);

const usualStates: Readonly<Record<string, string>> = {
  limit: 'lifted',
  memory: 'restored',
  hardware: 'present',
};

const vectorOf = ({ vector = '0x1' }: Step): string => {
  const value = BigInt(String(vector));
  return value < 64n ? String(value) : String(vector);
};

const call = (step: Step, program: Program): string => {
  const bound = step.as === undefined ? '' : `${step.as} = `;
  const flags = step.flags === undefined || step.flags === 0 ? '0' : `0x${Number(step.flags).toString(16)}`;
  switch (step.op) {
    case 'create_fd':
    case 'register_self':
      return `${bound}uintr_${step.op}(${vectorOf(step)}, ${flags})`;
    case 'register_sender':
      return `${bound}uintr_register_sender(${step.fd}, ${flags})`;
    case 'unregister_sender':
      return `uintr_unregister_sender(${step.target}, 0)`;
    case 'register_handler':
      return 'uintr_register_handler(handler, 0)';
    case 'unregister_handler':
      return 'uintr_unregister_handler(0)';
    case 'wait':
      return `uintr_wait(${step.timeout_ms ?? 20} ms)`;
    case 'senduipi':
      return `SENDUIPI ${step.index === '@unused' ? '<an index that nobody was given>' : step.index}`;
    case 'getfd':
      return `fcntl(${step.fd}, F_GETFD)`;
    case 'dup':
      return `${bound}dup(${step.fd})`;
    case 'close':
      return `close(${step.fd})`;
    case 'pass':
      return `${bound}${step.fd}, passed to the process of ${step.to}`;
    case 'fork':
      return `fork() [${step.child} is the child]`;
    case 'exec':
      return 'execve()';
    case 'exit':
      return 'the thread ends';
    case 'fill_table':
      return 'uintr_register_self(1, 0) until it fails';
    case 'log':
      return `what the handler of ${step.of} was given`;
    case 'limit':
    case 'memory':
    case 'hardware':
      return states.get(`${step.op} ${step.state ?? usualStates[step.op]}`) ?? step.op;
    default:
      return (
        instructions.get(step.op) ??
        `${bound}${step.op}(${givenArguments(step, program.interface)
          .map(([name, value]) => `${name}=${value}`)
          .join(', ')})`
      );
  }
};

const seen = (result: Result, step: Step | undefined): readonly string[] => {
  const { vectors, nested, index, last } = result;
  const lines: string[] = [];
  const outcome = outcomeLine(result);
  if (outcome !== null) lines.push(result.error?.startsWith('SIG') === true ? `${result.error}` : outcome);
  if (Array.isArray(vectors)) lines.push(vectors.length === 0 ? 'nothing' : vectors.join(', '));
  if (typeof nested === 'number' && nested > 0) lines.push(`${nested} inside another handler`);
  if (index !== undefined && step?.op !== 'senduipi') lines.push(`= ${index}`);
  if (last !== undefined) lines.push(`then ${last}`);
  return lines.length === 0 ? ['ok'] : lines;
};

export const uintrDialect: Dialect = { call, seen, picture };
