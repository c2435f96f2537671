/**
 * The way down: the simplest draft so far, and the question whether a simpler one still shows the finding. Passes ask by
 * yielding and never run anything, so that the same passes serve synchronous and asynchronous oracles.
 */

import type { Step } from '#spec/index';
import type { ProgramShape } from '../program-shape.ts';
import type { Simplicity } from './simplicity.ts';

/** A program under way: steps that may change, then closing steps that follow whatever happens to their handles. */
export interface Draft {
  readonly body: readonly Step[];
  /** Empty when the closing is computed from the body. */
  readonly tail: readonly Step[];
}

/** Yields drafts; each answer says whether the draft shows the finding. */
export type Asking<Result = void> = Generator<Draft, Result, boolean>;

/** Changes one or more steps of a draft into none or some, in a pure way. */
export type Proposals = (draft: Draft, shape: ProgramShape) => Iterable<Draft>;

/** Looks for simpler drafts below the one it is given. */
export type Pass = (descent: Descent) => Asking;

/** The simplest draft found so far. */
export class Descent {
  readonly simplicity: Simplicity;
  #draft: Draft;
  #spelt: boolean;

  /** @param spelt - Whether drafts are put into the one spelling before they are asked about. */
  constructor(simplicity: Simplicity, draft: Draft, spelt: boolean) {
    this.simplicity = simplicity;
    this.#draft = draft;
    this.#spelt = spelt;
  }

  get draft(): Draft {
    return this.#draft;
  }

  get body(): readonly Step[] {
    return this.#draft.body;
  }

  get shape(): ProgramShape {
    return this.simplicity.shape;
  }

  /** A descent of its own, from another draft. */
  from(draft: Draft): Descent {
    return new Descent(this.simplicity, this.#spelt ? this.#spell(draft) : draft, this.#spelt);
  }

  /** Takes a draft that is simpler and shows the finding; says whether it was taken. */
  *offer(draft: Draft): Asking<boolean> {
    const candidate = this.#spelt ? this.#spell(draft) : draft;
    if (!this.#isSimpler(candidate) || !(yield candidate)) return false;
    this.#draft = candidate;
    return true;
  }

  /** Goes over to the one spelling, if the finding does not depend on names. */
  *spell(): Asking {
    if (this.#spelt) return;
    const candidate = this.#spell(this.#draft);
    if (this.#isSimpler(candidate) && !(yield candidate)) return;
    this.#draft = candidate;
    this.#spelt = true;
  }

  /** Takes what another descent found, when it is simpler. */
  adopt(other: Descent): boolean {
    if (!this.#isSimpler(other.draft)) return false;
    this.#draft = other.draft;
    return true;
  }

  #isSimpler({ body }: Draft): boolean {
    return this.simplicity.compare(body, this.body) < 0;
  }

  #spell({ body, tail }: Draft): Draft {
    const steps = this.simplicity.spelling.spell([...body, ...tail]);
    return { body: steps.slice(0, body.length), tail: steps.slice(body.length) };
  }
}

/** A pass that offers proposals in order, and starts again from what was taken, until none is taken. */
export const exhaust = (proposals: Proposals): Pass =>
  function* (descent) {
    let taken = true;
    while (taken) {
      taken = false;
      for (const draft of proposals(descent.draft, descent.shape)) {
        taken = yield* descent.offer(draft);
        if (taken) break;
      }
    }
  };

/** The draft without some steps of its body and what depends on them, closing steps included. */
export const without = (draft: Draft, gone: ReadonlySet<number>, shape: ProgramShape): Draft => {
  const dependents = shape.dependents([...draft.body, ...draft.tail], gone);
  const stays = (index: number): boolean => !gone.has(index) && !dependents.has(index);
  return {
    body: draft.body.filter((_, index) => stays(index)),
    tail: draft.tail.filter((_, index) => stays(draft.body.length + index)),
  };
};

/** The draft with one step of its body replaced by none, one or several. */
export const withStep = (draft: Draft, index: number, ...steps: readonly Step[]): Draft => ({
  body: [...draft.body.slice(0, index), ...steps, ...draft.body.slice(index + 1)],
  tail: draft.tail,
});

/** The draft with every step changed. */
export const mapSteps = (draft: Draft, change: (step: Step) => Step): Draft => ({
  body: draft.body.map(change),
  tail: draft.tail.map(change),
});

/** A step with a member set, or taken away when the value is undefined. */
export const withMember = (step: Step, member: string, value: Step[string]): Step => {
  const { [member]: _, ...rest } = step;
  return (value === undefined ? rest : { ...rest, [member]: value }) as Step;
};
