/** `doorbell show`: everything there is to know about one clause. */

import type { Mutant } from '#adapters/index';
import {
  type ClauseEntry,
  clauseFile,
  interfaceNames,
  noDocument,
  type PointEntry,
  type Program,
  sourcesLock,
} from '#spec/index';
import { clauseNamed } from './clause-selection.ts';
import { print, printJson } from './output.ts';

interface Shown {
  readonly entry: ClauseEntry;
  /** Null where no document is needed. */
  readonly document: string | null;
  readonly points: readonly PointEntry[];
  readonly mutants: readonly Mutant[];
  /** The shortest program known to test it. */
  readonly witness: Program | null;
}

/** The document as a person cites it. */
const titleOf = (id: string): string | null => {
  if (id === noDocument) return null;
  const document = sourcesLock().documents.find((each) => each.id === id);
  return document === undefined ? id : `${document.title}, ${document.edition}`;
};

const lookUp = async (word: string): Promise<Shown> => {
  const entry = clauseNamed(word, interfaceNames);
  const name = interfaceNames.find((each) => entry.id.startsWith(`${each}/`)) ?? interfaceNames[0];
  const [{ guideOf }, { mutants }] = await Promise.all([
    import('#conformance/interfaces'),
    import('#adapters/index'),
  ]);
  const { litmus, closing } = guideOf(name);
  const [shortest] = litmus
    .filter(({ clauses }) => (clauses as readonly string[]).includes(entry.id))
    .toSorted((one, other) => one.body.length - other.body.length);
  return {
    entry,
    document: titleOf(entry.source.document),
    points: (clauseFile(name).points ?? []).filter(({ clause }) => clause === entry.id),
    mutants: mutants(name).filter(({ breaks }) => (breaks as readonly string[]).includes(entry.id)),
    witness:
      shortest === undefined
        ? null
        : { interface: name, steps: [...shortest.body, ...closing(shortest.body)] },
  };
};

const checks: Readonly<Record<ClauseEntry['checked'], string>> = {
  'by-machine': 'judged from what programs observe',
  'by-harness': 'noticed by the runner',
  static: 'no observation can refute it',
};

const paragraph = (
  title: string,
  text: string | undefined,
  wrap: (text: string) => readonly string[],
): string[] => (text === undefined || text === '' ? [] : ['', title, ...wrap(text)]);

const textOf = async ({ entry, document, points, mutants, witness }: Shown): Promise<string> => {
  const [{ wrapped }, { besideLayout, listing }] = await Promise.all([
    import('#reports/plain-text'),
    import('#reports/listing'),
  ]);
  const width = Math.max(60, Math.min(100, process.stdout.columns ?? 100));
  const wrap = (text: string) => wrapped(text, { first: '  ', columns: width });
  const { id, number, strength, inferred, kind, checked, editions, situation = [], requires = [] } = entry;
  const lines = [
    number === undefined ? id : `${id} (${number})`,
    [
      inferred ? `${strength} (inferred)` : strength,
      kind,
      checks[checked],
      editions === undefined ? 'every edition' : editions.join(', '),
    ].join(' · '),
    '',
    ...wrap(entry.statement),
    ...paragraph(
      'Source',
      document === null
        ? `no document is needed: ${entry.source.section}`
        : `${document}: ${entry.source.section}`,
      wrap,
    ),
    ...paragraph(checked === 'static' ? 'Why' : 'Reading', entry.reason, wrap),
    ...paragraph('Gap of the document', entry.gap, wrap),
    ...paragraph('Reads of the state', situation.join(', '), wrap),
    ...paragraph('Needs', requires.join(', '), wrap),
    ...points.flatMap((point) => [
      ...paragraph(
        'Left to the system',
        `${point.id}: ${point.values.join(' or ')}. ${point.statement}`,
        wrap,
      ),
    ]),
    ...(mutants.length === 0 ? [] : ['', 'Mutants that break it']),
    ...mutants.flatMap(({ name, lie }) => wrap(`${name}: ${lie}`)),
    ...(witness === null
      ? []
      : ['', 'Witness', ...besideLayout(listing(witness, [], null)).map((line) => `  ${line}`)]),
    ...(checked === 'static' ? [] : ['', 'Try it', `  doorbell run ${id.split('/')[0]} --clause ${id}`]),
  ];
  return `${lines.join('\n')}\n`;
};

/**
 * Prints a clause.
 *
 * @throws {UsageError} No clause, or several, fit the word.
 */
export const show = async (word: string, { json }: { readonly json?: true }): Promise<undefined> => {
  const shown = await lookUp(word);
  const { entry, document, points, mutants, witness } = shown;
  await (json
    ? printJson({
        ...entry,
        document,
        points,
        mutants: mutants.map(({ name, lie, breaks }) => ({ name, lie, breaks })),
        witness,
      })
    : print(await textOf(shown)));
};
