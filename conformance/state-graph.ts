/** The states of a small world and the moves between them, as data that can be drawn. */

import type { Machine, Place, SmallWorld, Turn } from '#model/index';
import type { Result, Step } from '#spec/index';
import { StateLabels } from './state-labels.ts';

interface GraphState {
  /** In the order in which states are reached, from 0. */
  readonly number: number;
  /** Steps of the shortest program that leads here. */
  readonly depth: number;
  readonly facts: readonly string[];
}

interface GraphMove {
  readonly from: number;
  readonly to: number;
  /** Every way to get from the one to the other in one move. */
  readonly labels: readonly string[];
}

/** The first states of a walk, and all moves between them but for those that change nothing. */
export interface StateGraph {
  readonly states: readonly GraphState[];
  readonly moves: readonly GraphMove[];
  /** States that were reached and are not in it. */
  readonly statesLeftOut: number;
}

/** Draws a walk while it goes on: a visitor of an exploration. */
export class GraphBuilder<S> {
  readonly #world: SmallWorld;
  readonly #statesMax: number;
  readonly #labels: StateLabels<S>;
  readonly #states: GraphState[] = [];
  readonly #moves = new Map<string, { from: number; to: number; labels: Set<string> }>();
  #reached = 0;

  constructor(machine: Machine<S>, world: SmallWorld, statesMax: number) {
    this.#world = world;
    this.#statesMax = statesMax;
    this.#labels = new StateLabels(machine);
  }

  state(number: number, place: Place<S>, depth: number): void {
    this.#reached++;
    if (number < this.#statesMax) this.#states.push({ number, depth, facts: this.#labels.of(place) });
  }

  move(from: number, to: number, turn: Turn<S>): void {
    if (from === to || from >= this.#statesMax || to >= this.#statesMax) return;
    const key = `${from} ${to}`;
    const known = this.#moves.get(key) ?? { from, to, labels: new Set() };
    known.labels.add(labelOf(turn, this.#world));
    this.#moves.set(key, known);
  }

  graph(): StateGraph {
    return {
      states: this.#states,
      moves: [...this.#moves.values()].map(({ from, to, labels }) => ({ from, to, labels: [...labels] })),
      statesLeftOut: this.#reached - this.#states.length,
    };
  }
}

const happenings = {
  ran: '',
  call: '',
  settle: 'settle',
  return: 'a call returns',
  end: 'end',
  internal: 'by itself',
  time: 'time passes',
  phase: 'a call goes on',
} as const;

const labelOf = <S>({ letter, happening }: Turn<S>, world: SmallWorld): string => {
  const { kind, result } = happening;
  const comes = result === null ? '' : resultText(result);
  if (letter === null) return `${happenings[kind]}${comes}`;
  return `${world.begins(letter) ? 'begin ' : ''}${stepText(world.step(letter))}${comes}`;
};

/** `t1: submit ring=r0`. */
const stepText = ({ op, actor, as, begin: _, ...values }: Step): string =>
  [
    ...(actor === undefined ? [] : [`${actor}:`]),
    op,
    ...Object.entries(values).map(([name, value]) => `${name}=${value}`),
    ...(as === undefined ? [] : [`as ${as}`]),
  ].join(' ');

/** An error, or what there is of a success beside that it was one. */
const resultText = ({ error, skipped, ...members }: Result): string => {
  if (error !== undefined) return ` = ${error}`;
  if (skipped !== undefined) return ' not called';
  const facts = Object.entries(members).flatMap(([name, value]) =>
    Array.isArray(value) && value.length > 0 ? [`${value.length} ${name}`] : [],
  );
  const { value } = members;
  if (typeof value === 'number' && value !== 0) facts.unshift(String(value));
  return facts.length === 0 ? '' : ` = ${facts.join(', ')}`;
};
