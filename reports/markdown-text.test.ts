import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { code, fenced, inline, link, table } from './markdown-text.ts';

/** Any text, and rather often one made of what Markdown reacts to. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('|', '`', '\\', '\n', '*', '_', '<', '&', ' ', '-', '1', '.', 'a', '\ud800'),
  }),
);

/** Cells of a row as a renderer splits it: at every pipe that no backslash escapes. */
const cells = (row: string): readonly string[] => {
  const found: string[] = [''];
  for (let index = 0; index < row.length; index += 1) {
    if (row[index] === '\\') {
      found.push(`${found.pop()}${row.slice(index, index + 2)}`);
      index += 1;
    } else if (row[index] === '|') found.push('');
    else found.push(`${found.pop()}${row[index]}`);
  }
  return found.slice(1, -1);
};

describe('observed data in Markdown', () => {
  test('never adds a cell or a line to a table', () => {
    fc.assert(
      fc.property(nasty, nasty, (first, second) => {
        const lines = table(['a', 'b'], [[inline(first), code(second)]]).split('\n');
        expect(lines).toHaveLength(3);
        expect(cells(lines[2] ?? '')).toHaveLength(2);
      }),
    );
  });

  test('never leaves its fence', () => {
    fc.assert(
      fc.property(fc.array(nasty), (lines) => {
        const block = fenced(lines).split('\n');
        const fence = block.at(-1) ?? '';
        expect(fence).toMatch(/^`{3,}$/);
        expect(block).toHaveLength(lines.length + 2);
        for (const line of block.slice(1, -1)) expect(line.includes(fence)).toBe(false);
      }),
    );
  });

  test('never closes its code span', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const span = code(text);
        if (span.startsWith('<code>') || span === '(empty)') return;
        const fence = /^`+/.exec(span)?.[0] ?? '';
        const runs = span.slice(fence.length, -fence.length).match(/`+/g) ?? [];
        expect(runs).not.toContain(fence);
      }),
    );
  });

  test('is escaped as little as possible', () => {
    expect(inline('a|b `c` *d* [e](f) <g> io_uring _h_')).toBe(
      'a\\|b \\`c\\` \\*d\\* \\[e\\](f) \\<g> io_uring \\_h\\_',
    );
    expect(inline('6.18.44 and -EINVAL')).toBe('6.18.44 and -EINVAL');
    expect(inline('-EINVAL')).toBe('-EINVAL');
    expect(['- a', '# a', '> a', '1. a', '---'].map(inline)).toEqual([
      '\\- a',
      '\\# a',
      '\\> a',
      '1\\. a',
      '\\---',
    ]);
    expect(code('plain')).toBe('`plain`');
    expect(code('a`b')).toBe('`` a`b ``');
    expect(code('IO_LINK|ASYNC')).toBe('<code>IO&#95;LINK&#124;ASYNC</code>');
  });

  test('shows control characters and changes of direction instead of obeying them', () => {
    expect(inline('a\u001b[31mb\u202ec\nd')).toBe('a\\\\u{1b}\\[31mb\\\\u{202e}c\\\\nd');
    expect(code('a\nb')).toBe('`a\\nb`');
  });

  test('a link leads to a path with any characters', () => {
    expect(link('3fa9c1d2', 'findings/3f (1)/counterexample.md')).toBe(
      '[3fa9c1d2](findings/3f%20%281%29/counterexample.md)',
    );
  });
});
