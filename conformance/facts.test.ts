import { expect, test } from 'vitest';
import { factsAbout } from './facts.ts';

test('what probing one interface found is a fact about that interface alone', () => {
  const facts = { release: '6.1', 'probes.msgRing.opcode': true, 'probes.anything': 1 };
  expect(factsAbout('msg-ring', facts)).toEqual(facts);
  expect(factsAbout('rsm', facts)).toEqual({ release: '6.1', 'probes.anything': 1 });
});
