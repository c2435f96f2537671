/** What the simulator needs from each interface it offers; one folder beside this file implements it for one. */

import type { Answer, ClauseId, InterfaceName, InterfaceOffer, Program, Step, TraceEvent } from '#spec/index';

/** A system that is wrong on purpose. */
export interface Mutant {
  /** The lie in kebab case. */
  readonly name: string;
  readonly interface: InterfaceName;
  /** What it does wrong, in a sentence. */
  readonly lie: string;
  /** Every clause that it breaks, the one it is made for first. */
  readonly breaks: readonly ClauseId[];
  /** It lies about nothing: what it does is permitted, and it has to survive. */
  readonly control?: true;
  /** It lies only in states that few programs reach. */
  readonly deep?: true;
  /** The behaviour to put it on; the default one when absent. */
  readonly behaviour?: string;
  /** The edition under which it is wrong; the default one when absent. */
  readonly edition?: string;
  /** What `=ARG` in the address means and is by default; absent when it takes none. */
  readonly argument?: { readonly meaning: string; readonly default: number };
}

/** A named way to behave. */
export interface SimulatorBehaviour {
  readonly name: string;
  readonly interface: InterfaceName;
  readonly summary: string;
}

/** One occasion on which a conforming system is free, with everything that it may do. */
export interface ChooserOccasion {
  readonly occasion: string;
  readonly outcomes: readonly string[];
  /** Chosen once by an instance rather than each time. */
  readonly once: boolean;
}

/** What an address asked of one interface. */
export interface SimulatorOptions {
  readonly behaviour: string;
  readonly mutant?: { readonly name: string; readonly argument?: number };
  /** Part of the programs, from 0 to 1, in which the mutant lies. */
  readonly flaky: number;
  readonly seed: number;
}

/** One program under way, step by step. */
export interface SimulatedProgram {
  /** What was seen so far. */
  readonly events: readonly TraceEvent[];
  /** Performs a step; returns whether the program can go on. */
  perform(step: Step, index: number): boolean;
  /** The answer, once the last step was performed. */
  answer(): Answer;
  /** The complete state but for the clock's origin, as text: two programs that agree in it cannot be told apart later. */
  snapshot(): string;
}

/** An interface, simulated, with a behaviour and perhaps a lie. */
export interface SimulatedSystem {
  readonly offer: InterfaceOffer;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  /** Begins a program on a fresh kernel. */
  start(): SimulatedProgram;
  /** Goes on where the snapshot of a program was taken; decisions that are drawn are drawn anew. */
  resume(snapshot: string): SimulatedProgram;
  /** Runs a whole program. */
  execute(program: Program): Answer;
  /** How often each free outcome was taken, by `occasion: outcome`; empty unless it draws. */
  taken(): ReadonlyMap<string, number>;
}

export interface InterfaceSimulator {
  readonly interface: InterfaceName;
  readonly behaviours: readonly SimulatorBehaviour[];
  readonly mutants: readonly Mutant[];
  /** Where its chooser is free. */
  readonly occasions: readonly ChooserOccasion[];
  open(options: SimulatorOptions): SimulatedSystem;
}
