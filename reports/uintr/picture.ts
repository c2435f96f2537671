/**
 * What a program of user interrupts did, as a picture in text: threads as columns, time downwards, what is on its way to
 * whom, and at every look what was expected and what was seen.
 */

import type { Program, Result, Step, TraceEvent } from '#spec/index';

interface Receiver {
  handler: boolean;
  /** Whether it receives; null as long as it was not told. */
  on: boolean | null;
  pending: number[];
  /** Delivered, as far as the order is known, and not looked at yet. */
  expected: number[];
}

interface Row {
  readonly number: number;
  readonly actor: string;
  readonly text: string;
  readonly note: string;
}

const falling = (vectors: readonly number[]): readonly number[] =>
  vectors.toSorted((one, other) => other - one);

const setText = (vectors: readonly number[]): string => `{${falling(vectors).join(' ')}}`;

/** The picture, a line each; empty where no interrupt was sent, or none was looked at. */
export const picture = (
  program: Program,
  events: readonly TraceEvent[],
  broken: number | null,
): readonly string[] => {
  const results = new Map<number, Result>();
  for (const event of events) if ('result' in event) results.set(event.step, event.result);
  const receivers = new Map<string, Receiver>();
  const receiver = (actor: string): Receiver => {
    const known = receivers.get(actor);
    if (known !== undefined) return known;
    const made: Receiver = { handler: false, on: null, pending: [], expected: [] };
    receivers.set(actor, made);
    return made;
  };
  const files = new Map<string, { readonly target: string; readonly vector: number }>();
  const indexes = new Map<string, { readonly target: string; readonly vector: number }>();
  const rows: Row[] = [];
  let sent = 0;
  let looked = 0;

  const state = (actor: string): string => {
    const { on, pending } = receiver(actor);
    const delivery = on === null ? '' : on ? ', delivery on' : ', delivery off';
    return `pending for ${actor}: ${setText(pending)}${delivery}`;
  };

  const rowOf = (step: Step, index: number): Row | null => {
    const actor = step.actor ?? 't0';
    const number = index + 1;
    const result = results.get(index) ?? {};
    const failed = result.error !== undefined || result.skipped !== undefined;
    const row = (text: string, note = ''): Row => ({ number, actor, text, note });
    const vector = Number(step.vector ?? 1);
    if (failed && step.op !== 'senduipi') return null;
    switch (step.op) {
      case 'register_handler':
        receiver(actor).handler = true;
        return row('handler');
      case 'create_fd':
        if (step.as !== undefined) files.set(step.as, { target: actor, vector });
        return row(`${step.as ?? 'fd'}: vector ${vector}`);
      case 'dup':
      case 'pass': {
        const file = files.get(String(step.fd));
        if (file !== undefined && step.as !== undefined) files.set(step.as, file);
        return null;
      }
      case 'register_self':
        if (step.as !== undefined) indexes.set(step.as, { target: actor, vector });
        return row(`${step.as ?? 'index'}: ${vector} to itself`);
      case 'register_sender': {
        const file = files.get(String(step.fd));
        if (file !== undefined && step.as !== undefined) indexes.set(step.as, file);
        return row(`${step.as ?? 'index'}: through ${step.fd}`);
      }
      case 'clui':
        receiver(actor).on = false;
        return row('CLUI', state(actor));
      case 'stui':
        receiver(actor).on = true;
        return row('STUI', state(actor));
      case 'senduipi': {
        const connection = indexes.get(String(step.index));
        if (failed || connection === undefined) return row(`SENDUIPI ${step.index}`, result.error ?? '');
        sent++;
        const { pending } = receiver(connection.target);
        if (!pending.includes(connection.vector)) pending.push(connection.vector);
        return row(`SENDUIPI ${step.index} -> ${connection.vector}`, state(connection.target));
      }
      case 'settle': {
        for (const one of receivers.values())
          if (one.on === true && one.handler) {
            one.expected.push(...falling(one.pending));
            one.pending = [];
          }
        return { number, actor: '', text: 'settle', note: '' };
      }
      case 'log': {
        const of = String(step.of);
        const { expected } = receiver(of);
        const vectors = Array.isArray(result.vectors) ? (result.vectors as readonly number[]) : [];
        if (expected.length + vectors.length === 0) return null;
        looked++;
        const note = `expected ${expected.join(' ') || 'nothing'}   seen ${vectors.join(' ') || 'nothing'}`;
        receiver(of).expected = [];
        return { number, actor: of, text: 'handler ran', note };
      }
      default:
        return null;
    }
  };

  for (const [index, step] of program.steps.entries()) {
    const row = rowOf(step, index);
    if (row !== null) rows.push(row);
    if (broken !== null && index >= broken) break;
  }
  return sent === 0 || looked === 0 ? [] : drawn(rows, broken);
};

const drawn = (rows: readonly Row[], broken: number | null): readonly string[] => {
  const actors = [...new Set(rows.map(({ actor }) => actor).filter((actor) => actor !== ''))].sort();
  const widthOf = (actor: string): number =>
    Math.max(actor.length, ...rows.filter((row) => row.actor === actor).map(({ text }) => text.length));
  const widths = actors.map(widthOf);
  const line = (mark: string, cells: readonly string[], note: string): string =>
    `${mark.padEnd(7)}${cells.map((cell, place) => cell.padEnd((widths[place] ?? 0) + 2)).join('| ')}${note}`.trimEnd();
  return [
    line('', actors, ''),
    ...rows.map(({ number, actor, text, note }) => {
      const mark = `${broken === number - 1 ? '>>>' : '   '}${String(number).padStart(3)}`;
      if (actor === '')
        return line(
          mark,
          actors.map((_, place) => '-'.repeat(widths[place] ?? 0)),
          text,
        );
      return line(
        mark,
        actors.map((one) => (one === actor ? text : '')),
        note,
      );
    }),
  ];
};
