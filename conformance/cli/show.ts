/** `doorbell show`: everything there is to know about one clause. */

import type { Mutant } from '#adapters/index';
import {
  type ClauseEntry,
  type ClauseId,
  clauseFile,
  interfaceNames,
  noDocument,
  type PointEntry,
  type Program,
  sourcesLock,
  type TraceEvent,
} from '#spec/index';
import { clauseNamed } from './clause-selection.ts';
import { print, printJson } from './output.ts';

interface Shown {
  readonly entry: ClauseEntry;
  /** Null where no document is needed. */
  readonly document: string | null;
  readonly points: readonly PointEntry[];
  readonly mutants: readonly Mutant[];
  /** The shortest program that tests it; for an open clause the shortest that decides a point of it. */
  readonly witness: ShownWitness | null;
}

interface ShownWitness {
  readonly program: Program;
  /** What a system may show. */
  readonly takes: readonly TraceEvent[];
  /** The nearest that it must not show; null where nothing is refused. */
  readonly refuses: readonly TraceEvent[] | null;
  /** Step at which it is told from what it may show. */
  readonly differs: number | null;
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
  const [{ guideOf }, { withChanges }, { mutants }] = await Promise.all([
    import('#conformance/interfaces'),
    import('#conformance/lie'),
    import('#adapters/index'),
  ]);
  const { witnesses, closing } = guideOf(name);
  const points = (clauseFile(name).points ?? []).filter(({ clause }) => clause === entry.id);
  const targets: readonly string[] = [entry.id, ...points.map(({ id }) => id)];
  const kept = targets
    .map((target) => witnesses.find(({ of }) => (of as readonly string[]).includes(target)))
    .find((found) => found !== undefined);
  const lie = kept?.lies[entry.id as ClauseId] ?? null;
  const changed = lie === null ? null : Math.min(...lie.map(({ at }) => at));
  return {
    entry,
    document: titleOf(entry.source.document),
    points,
    mutants: mutants(name).filter(({ breaks }) => (breaks as readonly string[]).includes(entry.id)),
    witness:
      kept === undefined
        ? null
        : {
            program: { interface: name, steps: [...kept.steps, ...closing(kept.steps)] },
            takes: kept.honest,
            refuses: lie && withChanges(kept.honest, lie),
            differs: changed === null ? null : (kept.honest[changed]?.step ?? null),
          },
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
  const rows = (program: Program, events: readonly TraceEvent[], broke: number | null) =>
    besideLayout(listing(program, events, broke)).map((line) => `  ${line}`);
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
      : [
          '',
          'Witness',
          ...wrap('The shortest program that tests it, with what a system may show:'),
          ...rows(witness.program, witness.takes, null),
        ]),
    ...(witness?.refuses
      ? ['', 'The nearest that it must not show', ...rows(witness.program, witness.refuses, witness.differs)]
      : []),
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
        witness: witness?.program ?? null,
        takes: witness?.takes ?? null,
        refuses: witness?.refuses ?? null,
      })
    : print(await textOf(shown)));
};
