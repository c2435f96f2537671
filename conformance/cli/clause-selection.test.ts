import { describe, expect, test } from 'vitest';
import { clauses, UsageError } from '#spec/index';
import { clauseNamed, selectedClauses } from './clause-selection.ts';

const all = clauses('msg-ring').map(({ id }) => id);
const named = (word: string) => clauseNamed(word, ['msg-ring']).id;
const selected = (...patterns: readonly string[]) => selectedClauses(patterns, ['msg-ring']);

describe('one clause', () => {
  test.each([
    ['its id', 'msg-ring/wait/message-wakes'],
    ['the end of its id', 'wait/message-wakes'],
    ['its last part', 'message-wakes'],
    ['the end of its last part', 'wakes'],
    ['its number', 'C10'],
  ])('is named by %s', (_, word) => expect(named(word)).toBe('msg-ring/wait/message-wakes'));

  test('is not named by what may be several', () => {
    expect(() => named('ring')).toThrow(/may be .* or /);
  });

  test('that is misspelt is guessed', () => {
    expect(() => named('mesage-wakes')).toThrow("did you mean 'message-wakes'?");
    expect(() => named('msg-ring/wait/message-wake')).toThrow("did you mean 'msg-ring/wait/message-wakes'?");
    expect(() => named('something-else-entirely')).toThrow(UsageError);
  });
});

describe('a selection', () => {
  test('is none when nothing is asked', () => expect(selectedClauses([], ['msg-ring'])).toBeUndefined());

  test('takes patterns and names, in the order of the documents', () => {
    expect(selected('msg-ring/*')).toEqual(all);
    expect(selected('C2', 'C1')).toEqual(['msg-ring/prep/sends-nothing', 'msg-ring/send/target-is-a-ring']);
    expect(selected('*/error/no-*')).toEqual(['msg-ring/error/no-memory']);
  });

  test('leaves out what a pattern with ! names', () => {
    expect(selected('*/prep/*', '!C13')).toEqual(['msg-ring/prep/sends-nothing']);
    expect(selected('!C1')).toEqual(all.slice(1));
  });

  test('of nothing is refused', () => {
    expect(() => selected('msg-ring/nothing/*')).toThrow(/no clause fits/);
    expect(() => selected('C1', '!C1')).toThrow(/no clause is left/);
  });
});
