import { describe, expect, test } from 'vitest';
import { worldsOf } from '#conformance/worlds';
import { doorbell } from './bin.test.support.ts';

const explore = (...args: readonly string[]) => doorbell(['explore', 'msg-ring', ...args]);
const data = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await explore(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

describe('explore', () => {
  test('walks every small world, and reaches every clause that demands something', async () => {
    const { worlds, invariants, dead, reached, open, exit } = await data('--max-steps', '5');
    expect(worlds.map(({ world }: { world: string }) => world)).toEqual(
      worldsOf('msg-ring').map(({ name }) => name),
    );
    for (const { states, moves, byDepth, complete, statesPerSecond, broken } of worlds) {
      expect(byDepth).toHaveLength(6);
      expect(byDepth.reduce((all: number, some: number) => all + some, 0)).toBe(states);
      expect(moves).toBeGreaterThanOrEqual(states - 1);
      expect(statesPerSecond).toBeGreaterThan(0);
      expect({ complete, broken }).toEqual({ complete: true, broken: [] });
    }
    expect(invariants.length).toBeGreaterThanOrEqual(5);
    expect(reached.length).toBeGreaterThan(20);
    expect(open.length).toBeGreaterThan(0);
    expect({ dead, exit }).toEqual({ dead: [], exit: 0 });
  });

  test('ends with 1, and names them, when clauses are reached in no world', async () => {
    const { code, stdout } = await explore('--max-steps', '2');
    expect(code).toBe(1);
    expect(stdout).toMatch(/ clauses reached, \d+ dead\n {2}msg-ring\//);
  });

  test('of one world asks less, and says when a bound ended it', async () => {
    const { worlds } = await data('--world', 'queues', '--max-steps', '3');
    expect(worlds).toMatchObject([{ world: 'queues', complete: true }]);
    const { code, stdout } = await explore('--world', 'descriptors', '--max-states', '100');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}descriptors {2}100 states .* bounded /m);
  });

  test.each([
    ['mermaid', /^%% msg-ring, world small, .*\nflowchart LR\n {2}s0\["0: the start"\]\n/],
    ['dot', /^digraph states \{\n {2}label="msg-ring, world small, /],
  ])('draws the first world as %s, and says what it leaves out', async (format, beginning) => {
    const { code, stdout, stderr } = await explore('--diagram', format);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(beginning);
    expect(stdout).toMatch(/60 states shown, [\d,]+ more states left out/);
    const { diagram } = await data('--diagram', format, '--world', 'queues', '--max-steps', '3');
    expect(diagram).toContain('world queues');
    expect(diagram).not.toContain('more states');
  });
});
