/** States and moves as the text of a diagram, for Mermaid or for the tools of Graphviz. */

import { count, quantity } from './quantities.ts';

/** What is drawn. */
export interface Diagram {
  readonly title: string;
  readonly states: readonly DrawnState[];
  readonly moves: readonly DrawnMove[];
  /** States that are not drawn. */
  readonly statesLeftOut: number;
}

interface DrawnState {
  readonly number: number;
  readonly facts: readonly string[];
}

interface DrawnMove {
  readonly from: number;
  readonly to: number;
  readonly labels: readonly string[];
}

/** Formats that a diagram can be written in. */
export const diagramFormats = ['mermaid', 'dot'] as const;
export type DiagramFormat = (typeof diagramFormats)[number];

/** Readers of Mermaid refuse more than 500 edges. */
const movesMax = 200;
/** Ways from one state to another that are written beside each other, and the length of each. */
const labelsMax = 3;
const labelLengthMax = 64;

const clipped = (text: string): string =>
  text.length <= labelLengthMax ? text : `${text.slice(0, labelLengthMax - 3)}...`;

const stateLines = ({ number, facts }: DrawnState): readonly string[] => [
  number === 0 ? '0: the start' : `${number}`,
  ...facts.map(clipped),
];

const moveLines = ({ labels }: DrawnMove): readonly string[] =>
  labels.length <= labelsMax
    ? labels.map(clipped)
    : [...labels.slice(0, labelsMax - 1).map(clipped), `and ${labels.length - labelsMax + 1} other ways`];

/** What the diagram does not show, to be read in it; null when it shows everything. */
const leftOut = ({ states, moves, statesLeftOut }: Diagram): string | null => {
  const more = [
    ...(statesLeftOut > 0 ? [`${quantity(statesLeftOut, 'more state')}`] : []),
    ...(moves.length > movesMax ? [`${quantity(moves.length - movesMax, 'more move')}`] : []),
  ];
  return more.length === 0 ? null : `${count(states.length)} states shown, ${more.join(' and ')} left out`;
};

/** Text in quotes: what means something to a reader of Mermaid is written as its name. */
const mermaidText = (lines: readonly string[]): string =>
  lines
    .map((line) => line.replaceAll(/[^A-Za-z0-9 ._:=,()@/+×-]/g, (sign) => `#${sign.codePointAt(0)};`))
    .join('<br/>');

const mermaid = (diagram: Diagram): string => {
  const { title, states, moves } = diagram;
  const rest = leftOut(diagram);
  return [
    `%% ${title}`,
    'flowchart LR',
    ...states.map((state) => `  s${state.number}["${mermaidText(stateLines(state))}"]`),
    ...(rest === null ? [] : [`  rest>"${mermaidText([rest])}"]`]),
    ...moves
      .slice(0, movesMax)
      .map((move) => `  s${move.from} -->|"${mermaidText(moveLines(move))}"| s${move.to}`),
    '',
  ].join('\n');
};

const dotText = (lines: readonly string[]): string =>
  lines.map((line) => line.replaceAll(/["\\]/g, (sign) => `\\${sign}`)).join('\\n');

const dot = (diagram: Diagram): string => {
  const { title, states, moves } = diagram;
  const rest = leftOut(diagram);
  return [
    `digraph states {`,
    `  label="${dotText([title])}";`,
    '  labelloc=t;',
    '  rankdir=LR;',
    '  node [shape=box, style=rounded];',
    ...states.map((state) => `  s${state.number} [label="${dotText(stateLines(state))}"];`),
    ...(rest === null ? [] : [`  rest [shape=note, label="${dotText([rest])}"];`]),
    ...moves
      .slice(0, movesMax)
      .map((move) => `  s${move.from} -> s${move.to} [label="${dotText(moveLines(move))}"];`),
    '}',
    '',
  ].join('\n');
};

const writers: Readonly<Record<DiagramFormat, (diagram: Diagram) => string>> = { mermaid, dot };

/** The text of a diagram. */
export const diagramText = (diagram: Diagram, format: DiagramFormat): string => writers[format](diagram);
