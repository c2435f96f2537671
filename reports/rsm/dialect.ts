/** `rsm` in the words of somebody who works on remote shared memory: the calls of librsm, with the codes they return. */

import type { Program, Result, Step } from '#spec/index';
import type { Dialect } from '../dialect.ts';

const states: ReadonlyMap<string, string> = new Map([
  ['controller released', 'the process gives up its controller'],
  ['controller held', 'the process has its controller again'],
  ['link cut', 'from here on the nodes cannot reach each other'],
  ['link restored', 'the nodes can reach each other again'],
  ['memory exhausted', 'from here on the kernel cannot allocate memory'],
  ['memory restored', 'from here on the kernel can allocate memory again'],
]);

const usual: Readonly<Record<string, string>> = { controller: 'held', link: 'restored', memory: 'restored' };

const segmentOf = ({ seg }: Step): string => (seg === '@null' ? 'NULL' : String(seg));

const flagsOf = ({ flags = '' }: Step): string =>
  flags === ''
    ? '0'
    : String(flags)
        .split('|')
        .map((flag) => (flag.startsWith('BIT_') ? `1u << ${flag.slice(4)}` : `RSM_SIGPOST_${flag}`))
        .join(' | ');

const calls: ReadonlyMap<string, string> = new Map([
  ['publish', 'rsm_memseg_export_publish'],
  ['republish', 'rsm_memseg_export_republish'],
  ['unpublish', 'rsm_memseg_export_unpublish'],
  ['destroy', 'rsm_memseg_export_destroy'],
  ['map', 'rsm_memseg_import_map'],
  ['unmap', 'rsm_memseg_import_unmap'],
  ['disconnect', 'rsm_memseg_import_disconnect'],
  ['get_pollfd', 'rsm_memseg_get_pollfd'],
  ['release_pollfd', 'rsm_memseg_release_pollfd'],
]);

const call = (step: Step, _program: Program): string => {
  const bound = step.as === undefined ? '' : `${step.as} = `;
  const name = calls.get(step.op);
  if (name !== undefined) return `${name}(${segmentOf(step)})`;
  switch (step.op) {
    case 'create':
      return `${bound}rsm_memseg_export_create()`;
    case 'connect':
      return `${bound}rsm_memseg_import_connect(${step.to})`;
    case 'post':
      return `rsm_intr_signal_post(${segmentOf(step)}, ${flagsOf(step)})`;
    case 'wait':
      return `rsm_intr_signal_wait(${segmentOf(step)}, ${step.timeout_ms ?? 20})`;
    case 'poll':
      return `poll(the pollfd of ${segmentOf(step)}, 1, 0)`;
    case 'interrupt':
      return `a signal for ${step.who}`;
    case 'pause':
      return `${step.ms ?? 1} ms pass`;
    case 'kill':
      return `the process of ${step.who} is killed`;
    default:
      return states.get(`${step.op} ${step.state ?? usual[step.op]}`) ?? step.op;
  }
};

const seen = (result: Result, step: Step | undefined): readonly string[] => {
  const { skipped, error, value, fd, event } = result;
  if (skipped !== undefined) return [`not made: ${skipped}`];
  if (error !== undefined) return [`RSMERR_${error}`];
  if (step?.op === 'poll') return [value === 1 ? 'the event' : 'nothing'];
  if (fd === undefined) return ['0'];
  const parts = [
    fd === 'valid' ? 'a descriptor' : 'no descriptor',
    event === 'set' ? 'with an event' : 'without one',
  ];
  return [`0, ${parts.join(' ')}`];
};

export const rsmDialect: Dialect = { call, seen };
