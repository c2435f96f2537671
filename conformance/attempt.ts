/** One execution of one program, judged: the question that running, shrinking and replaying all ask. */

import {
  type Answer,
  type ExecuteOptions,
  HarnessError,
  type Program,
  type SystemUnderTest,
} from '#spec/index';
import { type Judgement, type JudgeOptions, judge } from './oracle.ts';

/** What came of it. */
export type Attempt =
  | {
      readonly kind: 'judged';
      readonly judgement: Judgement;
      readonly answer: Extract<Answer, { kind: 'trace' }>;
    }
  | { readonly kind: 'not-judged'; readonly answer: Exclude<Answer, { kind: 'trace' }> };

/** Judges an answer. */
export const judged = (program: Program, answer: Answer, options: JudgeOptions): Attempt => {
  if (answer.kind !== 'trace') return { kind: 'not-judged', answer };
  try {
    return { kind: 'judged', judgement: judge(program, answer.events, options), answer };
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'MalformedTrace')
      throw new HarnessError(
        `the target answered with a trace that is not one of the program: ${cause.message}`,
        { cause },
      );
    throw cause;
  }
};

/** Runs a program and judges it; at once where the target answers at once. */
export const attempt = (
  system: SystemUnderTest,
  program: Program,
  options: JudgeOptions,
  execution?: ExecuteOptions,
): Attempt | Promise<Attempt> => {
  const answer = system.execute(program, execution);
  return answer instanceof Promise
    ? answer.then((late) => judged(program, late, options))
    : judged(program, answer, options);
};

/** What an attempt showed, as an identity; null when it conforms, `unknown` when nobody can tell. */
export const shown = (tried: Attempt): string | null | 'unknown' => {
  if (tried.kind === 'not-judged')
    return (tried.answer.kind === 'died' && !tried.answer.killed) || tried.answer.kind === 'hung'
      ? tried.answer.kind
      : 'unknown';
  const { judgement, answer } = tried;
  if (judgement.deviation) return judgement.deviation.id;
  if (judgement.verdict === 'inconclusive') return 'unknown';
  if ((answer.warnings?.length ?? 0) > 0) return 'warning';
  return (answer.leaks?.length ?? 0) > 0 ? 'leak' : null;
};
