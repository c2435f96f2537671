/** A program as a numbered listing, with what was seen beside each step. */

import type { Program, Result, Step, TraceEvent } from '#spec/index';
import { type Dialect, mayBlock, plainDialect } from './dialect.ts';
import { msgRingDialect } from './msg-ring/dialect.ts';
import { ascii, mailColumns, wrapped } from './plain-text.ts';
import { qnxInterruptDialect } from './qnx-interrupt/dialect.ts';
import { elapsed } from './quantities.ts';
import { rsmDialect } from './rsm/dialect.ts';
import { uintrDialect } from './uintr/dialect.ts';
import { visible } from './visible.ts';

const dialects: ReadonlyMap<string, Dialect> = new Map([
  ['msg-ring', msgRingDialect],
  ['qnx-interrupt', qnxInterruptDialect],
  ['rsm', rsmDialect],
  ['uintr', uintrDialect],
]);

export const dialectOf = (interfaceName: string): Dialect => dialects.get(interfaceName) ?? plainDialect;

/** One line of a listing before it is laid out. */
export interface ListingRow {
  /** Number of the step, from 1; null for the return of a call that began at an earlier step. */
  readonly number: number | null;
  readonly text: string;
  /** What was seen; empty for a step whose event is missing. */
  readonly seen: readonly string[];
  /** This is where the trace left what is permitted. */
  readonly broke: boolean;
}

const callOf = (step: Step, program: Program): string => {
  const actors = new Set(program.steps.map(({ actor }) => actor ?? 't0'));
  const actor = actors.size > 1 && step.op !== 'settle' && step.op !== 'end' ? `${step.actor ?? 't0'}: ` : '';
  if (step.op === 'settle') return 'settle: wait for all asynchronous work';
  if (step.op === 'end') return `wait until ${step.call} returns`;
  const begun = step.begin === undefined ? '' : `begin ${step.begin}: `;
  return `${actor}${begun}${dialectOf(program.interface).call(step, program)}`;
};

/** The step that waits for the call, when nothing else stands between the return and it. */
const endRightAfter = (program: Program, from: number, call: string | undefined): number | null => {
  const next = program.steps[from];
  return next?.op === 'end' && next.call === call ? from : null;
};

/** With the time that a call took. */
const timed = ([first = '', ...rest]: readonly string[], us: number): readonly string[] => [
  `${first} after ${elapsed(us)}`,
  ...rest,
];

/** What a settle leaves: calls that go on blocking, if any. */
const stillOpen = (
  program: Program,
  begun: ReadonlyMap<number, number>,
  returned: ReadonlyMap<number, unknown>,
): readonly string[] => {
  const open = [...begun.keys()].filter((step) => !returned.has(step));
  return open.length === 0
    ? ['settled']
    : open.map((step) => `${program.steps[step]?.begin ?? `the call of step ${step + 1}`} still blocks`);
};

/**
 * The rows in the order of the steps; the return of an overlapping call stands where it happened.
 *
 * @param broken - Index of the step that broke, from 0; null when unknown.
 */
export const listing = (
  program: Program,
  events: readonly TraceEvent[],
  broken: number | null,
): readonly ListingRow[] => {
  const { seen } = dialectOf(program.interface);
  const shown = (result: Result, step: number): readonly string[] =>
    seen(result, program.steps[step], program);

  const plain = new Map<number, readonly string[]>();
  const returned = new Map<number, { readonly after: number; readonly lines: readonly string[] }>();
  const begunAt = new Map<number, number>();
  let last = -1;
  let before = 0;
  for (const event of events) {
    switch (event.event) {
      case 'ran': {
        const lines = shown(event.result, event.step);
        const waited = mayBlock(program.interface, program.steps[event.step]?.op ?? '');
        plain.set(event.step, waited ? timed(lines, event.at - before) : lines);
        break;
      }
      case 'call':
        plain.set(event.step, ['under way']);
        begunAt.set(event.step, event.at);
        break;
      case 'settle':
        plain.set(event.step, stillOpen(program, begunAt, returned));
        break;
      case 'return': {
        const begun = begunAt.get(event.step);
        const lines = shown(event.result, event.step);
        returned.set(event.step, {
          after: Math.max(last, event.step),
          lines: begun === undefined ? lines : timed(lines, event.at - begun),
        });
        break;
      }
    }
    if (event.event !== 'return') last = Math.max(last, event.step);
    before = event.at;
  }

  const inEnd = new Map<number, number>();
  for (const [step, { after }] of returned) {
    const end = endRightAfter(program, after + 1, program.steps[step]?.begin);
    if (end !== null) inEnd.set(end, step);
  }
  const endOf = new Map([...inEnd].map(([end, step]) => [step, end]));
  // A call that returned is wrong in what it returned; one that did not is wrong where it was begun.
  const brokenInReturn = broken !== null && returned.has(broken);

  return program.steps.flatMap((step, index): readonly ListingRow[] => {
    const ending = inEnd.get(index);
    const own: ListingRow = {
      number: index + 1,
      text: callOf(step, program),
      seen: (ending === undefined ? plain.get(index) : returned.get(ending)?.lines) ?? [],
      broke: brokenInReturn ? ending === broken : index === broken,
    };
    const returns = [...returned]
      .filter(([begun, { after }]) => after === index && !endOf.has(begun))
      .map(([begun, { lines }]) => ({
        number: null,
        text: `${program.steps[begun]?.begin ?? `the call of step ${begun + 1}`} returns`,
        seen: lines,
        broke: begun === broken,
      }));
    return [own, ...returns];
  });
};

const mark = '>>> ';
const noMark = ' '.repeat(mark.length);

const numbered = (row: ListingRow, width: number): string =>
  `${row.broke ? mark : noMark}${(row.number === null ? '' : String(row.number)).padStart(width)}  `;

const numberWidth = (rows: readonly ListingRow[]): number =>
  String(Math.max(0, ...rows.map(({ number }) => number ?? 0))).length;

/** Two columns side by side, for a page that scrolls: nothing is cut. */
export const besideLayout = (rows: readonly ListingRow[]): readonly string[] => {
  const width = numberWidth(rows);
  const texts = rows.map(({ text }) => visible(text));
  const column = Math.min(Math.max(0, ...texts.map(({ length }) => length)), 90);
  return rows.flatMap((row, index) => {
    const text = texts[index] ?? '';
    const head = `${numbered(row, width)}${text}`;
    const [first, ...others] = row.seen.map(visible);
    if (first === undefined) return [head];
    const indent = ' '.repeat(numbered(row, width).length + column + 2);
    const below = others.map((line) => `${indent}${line}`);
    return text.length <= column
      ? [`${head.padEnd(indent.length)}${first}`, ...below]
      : [head, `${indent}${first}`, ...below];
  });
};

/** Where a short observation stands in a mail; a longer one goes beneath its step. */
const marginColumn = 58;

/** The same within the width of a mail: what was seen stands in the margin where it fits, else beneath. */
export const mailLayout = (rows: readonly ListingRow[], columns: number = mailColumns): readonly string[] => {
  const width = numberWidth(rows);
  return rows.flatMap((row) => {
    const first = numbered(row, width);
    const text = wrapped(row.text, { first, rest: ' '.repeat(first.length + 2), columns });
    const [only, ...more] = row.seen.map(ascii);
    if (only === undefined) return text;
    const lastLine = text.at(-1) ?? '';
    const beside = `${`${lastLine}  `.padEnd(marginColumn)}${only}`;
    if (more.length === 0 && beside.length <= columns) return [...text.slice(0, -1), beside];
    const indent = ' '.repeat(first.length + 4);
    const below = row.seen.flatMap((line) =>
      wrapped(line, { first: `${indent}-> `, rest: `${indent}   `, columns }),
    );
    return [...text, ...below];
  });
};
