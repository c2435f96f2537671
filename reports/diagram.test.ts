// @vitest-environment happy-dom

import { instance } from '@viz-js/viz';
import mermaid from 'mermaid';
import { describe, expect, test } from 'vitest';
import { type Diagram, diagramFormats, diagramText } from './diagram.ts';

const strange = 'a "quoted" \\ <b>&amp; | [x] {y} #1; `z` --> %%';

const diagram: Diagram = {
  title: 'rings "r0" and r1\\',
  states: [
    { number: 0, facts: [] },
    { number: 1, facts: ['rings 1 (prepared 2)', 'not open', strange] },
    { number: 2, facts: ['end'] },
  ],
  moves: [
    { from: 0, to: 1, labels: ['setup as r0'] },
    { from: 1, to: 2, labels: ['submit ring=r0 = EINVAL', 'submit ring=r0 not called', strange] },
    { from: 2, to: 1, labels: ['a', 'b', 'c', 'd', 'e'] },
  ],
  statesLeftOut: 0,
};

/** As large as a diagram gets: every label at its longest. */
const large: Diagram = {
  title: 'large',
  states: Array.from({ length: 60 }, (_, number) => ({ number, facts: ['x'.repeat(80), 'y'.repeat(80)] })),
  moves: Array.from({ length: 900 }, (_, index) => ({
    from: index % 60,
    to: (index * 7) % 60,
    labels: ['x'.repeat(90), 'y'.repeat(90), 'z'.repeat(90), 'more'],
  })),
  statesLeftOut: 12_345,
};

const viz = await instance();

describe.each([
  ['ordinary', diagram],
  ['large', large],
] as const)('the text of an %s diagram', (_, drawn) => {
  test('is read by Graphviz', () => {
    const { status, errors } = viz.render(diagramText(drawn, 'dot'), { format: 'dot' });
    expect({ status, errors }).toEqual({ status: 'success', errors: [] });
  });

  test('is read by Mermaid, which takes no more than 50,000 signs', async () => {
    const text = diagramText(drawn, 'mermaid');
    expect(text.length).toBeLessThan(50_000);
    expect((await mermaid.parse(text)).diagramType).toBe('flowchart-v2');
  });
});

test('a text that is no diagram is refused by both', async () => {
  expect(viz.render('digraph { a [label="x }', { format: 'dot' }).status).toBe('failure');
  await expect(mermaid.parse('flowchart TD\n  s0["x --> s1')).rejects.toThrow();
});

test('labels come through Graphviz as they are', () => {
  const { objects, edges } = viz.renderJSON(diagramText(diagram, 'dot')) as {
    readonly objects: readonly { readonly name: string; readonly label: string }[];
    readonly edges: readonly { readonly label: string }[];
  };
  expect(objects.map(({ name }) => name)).toEqual(['s0', 's1', 's2']);
  expect(objects[0]?.label).toBe('0: the start');
  expect(edges).toHaveLength(3);
  expect(edges[2]?.label).toBe('a\\nb\\nand 3 other ways');
});

describe.each(diagramFormats)('as %s', (format) => {
  test('what is left out is said in it', () => {
    expect(diagramText(diagram, format)).not.toContain('left out');
    expect(diagramText(large, format)).toContain('60 states shown');
    expect(diagramText(large, format)).toContain('12,345 more states and 700 more moves left out');
  });

  test('the title is in it', () => {
    expect(diagramText(large, format)).toContain('large');
  });
});
