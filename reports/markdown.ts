/** report.md: the compliance report of a run, for the people who mend the system and those who keep its page. */

import type { ClauseRecord, CorpusStatistics, Finding, InterfaceRecord, Summary } from '#spec/index';
import { interfaceTitle } from './dialect.ts';
import { eventsLines, eventsTable } from './events-text.ts';
import { coveredText } from './exhaustive-text.ts';
import {
  citation,
  datedText,
  findingTitle,
  insteadText,
  observationLines,
  patternText,
  placeText,
  reliabilityText,
  seenLines,
  shortClause,
  situationText,
  strengthOf,
} from './finding-account.ts';
import { findingGroups } from './finding-groups.ts';
import { clauseCounts, headlines, systemName } from './headline.ts';
import { besideLayout, listing } from './listing.ts';
import { bullets, code, fenced, inline, link, table } from './markdown-text.ts';
import { count, duration, percent, quantity } from './quantities.ts';
import { refusalReasons, refusedText } from './refusals.ts';
import { runCommand } from './run-command.ts';

/** A heading with what belongs under it; nothing at all when there is nothing to say. */
const section = (heading: string, ...blocks: readonly string[]): readonly string[] => {
  const said = blocks.filter((block) => block !== '');
  return said.length === 0 ? [] : [heading, ...said];
};

const tableOf = (header: readonly string[], rows: readonly (readonly string[])[]): string =>
  rows.length === 0 ? '' : table(header, rows);

const findingLink = ({ id, path }: Finding): string => link(id, `${path}/counterexample.md`);

const findingRows = (findings: readonly Finding[]): string =>
  tableOf(
    ['finding', 'clause', 'operation', 'observed', 'situation', 'steps', 'repeats', 'look at'],
    findings.map((finding) => [
      findingLink(finding),
      code(shortClause(finding.clause)),
      code(finding.operation),
      inline(finding.observedClass),
      inline(situationText(finding)),
      count(finding.steps),
      reliabilityText(finding),
      inline(finding.verdictHint.suspect),
    ]),
  );

/** Findings that share their suspects are probably one cause: whoever mends one should look at the others. */
const sharedCauses = (findings: readonly Finding[]): string => {
  const groups = [...new Set(findings.map(({ causeGroup }) => causeGroup))].map((group) =>
    findings.filter(({ causeGroup }) => causeGroup === group),
  );
  return bullets(
    groups
      .filter(({ length }) => length > 1)
      .map((group) => `${group.map(findingLink).join(', ')}: equal suspects, probably one cause.`),
  );
};

/** Enough of a finding to judge it without opening its folder. */
const findingBlocks = (finding: Finding): readonly string[] => {
  const { program, step, observed, nearest, inconsistency } = finding;
  const seen = seenLines(finding);
  return [
    `#### ${findingLink(finding)} ${inline(findingTitle(finding))}`,
    `> ${inline(finding.statement)}\\\n> (${inline(citation(finding.source))})`,
    ...(inconsistency?.proofs ?? [{ program, step, observed }]).map((shown) =>
      fenced(
        besideLayout(
          listing(shown.program, [], shown.step).map((row) =>
            row.broke ? { ...row, seen: observationLines(shown.observed, shown.program, shown.step) } : row,
          ),
        ),
      ),
    ),
    [
      ...(seen.length === 0 ? [`At ${placeText(finding)}: ${inline(finding.observedClass)}.`] : []),
      ...(nearest === null
        ? []
        : [
            `Permitted: ${typeof nearest.result === 'string' ? inline(nearest.result) : code(patternText(nearest.result, finding))}, by ${code(shortClause(nearest.clause))}.`,
            inline(insteadText(finding, nearest.difference)),
          ]),
      `Suspect: **${finding.verdictHint.suspect}**, because ${inline(finding.verdictHint.because)}.`,
    ]
      .filter((sentence) => sentence !== '')
      .join(' '),
  ];
};

const verdictOf = (clause: ClauseRecord, findings: readonly Finding[]): string => {
  if (clause.static === true) return 'not checkable';
  if (clause.verdict !== 'violates') return inline(clause.verdict);
  const kinds = findings
    .filter((finding) => finding.clause === clause.id)
    .map(({ kind, expected }) => (expected ? 'expected' : kind === 'deviation' ? '' : kind));
  const which = [...new Set(kinds)].filter(Boolean).join(', ');
  return `${clause.expected ? 'violates' : '**violates**'}${which === '' ? '' : ` (${inline(which)})`}`;
};

const clauseTable = (record: InterfaceRecord, findings: readonly Finding[]): string =>
  tableOf(
    ['clause', 'strength', 'verdict', 'exercised', 'statement'],
    record.clauses.map((clause) => [
      `${code(shortClause(clause.id))}${clause.number === undefined ? '' : ` ${inline(clause.number)}`}`,
      inline(strengthOf(clause)),
      verdictOf(clause, findings),
      clause.static === true ? '-' : count(clause.exercised),
      inline(clause.statement),
    ]),
  );

const reasons = (clauses: readonly ClauseRecord[]): string =>
  tableOf(
    ['clause', 'reason'],
    clauses.map(({ id, reason }) => [code(shortClause(id)), inline(reason ?? 'not given')]),
  );

const choices = ({ choices: all }: InterfaceRecord): string =>
  tableOf(
    ['left open', 'observed', 'permitted', 'profile', 'occasions', 'what it decides'],
    all.map((choice) => [
      code(choice.point),
      choice.occasions === 0
        ? 'not seen'
        : choice.consistent
          ? choice.observed.map(code).join(' or ')
          : '**inconsistent**',
      choice.values.map(code).join(' or '),
      choice.profileValues === undefined ? '-' : choice.profileValues.map(code).join(' or '),
      count(choice.occasions),
      inline(choice.statement),
    ]),
  );

const editions = (record: InterfaceRecord): readonly string[] => {
  const best = record.editions.find(({ fitsBest }) => fitsBest);
  const judged = record.editions.find(({ id }) => id === record.edition);
  const verdict =
    best === undefined || judged === undefined
      ? ''
      : best.id === judged.id
        ? `No other edition fits better than the one judged, ${code(best.id)}.`
        : `${code(best.id)} fits best: ${quantity(best.deviations, 'deviation')} against ${count(judged.deviations)} from the edition judged, ${code(judged.id)}. The page for this system is a later one.`;
  return [
    'The same traces, judged against every edition of the document:',
    tableOf(
      ['edition', 'dated', 'document', 'deviations', ''],
      record.editions.map(({ id, since, title, deviations, fitsBest }) => [
        code(id),
        inline(since ?? ''),
        inline(title ?? ''),
        count(deviations),
        [...(id === record.edition ? ['judged'] : []), ...(fitsBest ? ['fits best'] : [])].join(', '),
      ]),
    ),
    verdict,
  ];
};

/** In the order of the page, so that its maintainer can go through it with the page open. */
const gaps = (record: InterfaceRecord): readonly string[] => {
  const places = [...new Set(record.gaps.map(({ source }) => citation(source)))];
  return places.flatMap((place) => [
    `#### ${inline(place)}`,
    record.gaps
      .filter(({ source }) => citation(source) === place)
      .map((gap) =>
        [
          `- ${inline(gap.gap)} (${code(shortClause(gap.clause))})`,
          ...(gap.reading === null ? [] : [`  Our reading: ${inline(gap.reading)}`]),
          ...(gap.observed === undefined ? [] : [`  Seen: ${inline(gap.observed)}.`]),
        ].join('\\\n'),
      )
      .join('\n'),
  ]);
};

/** How many clauses the programs of each generator could have refuted, and those that one generator alone reached. */
const reachLines = (
  exercisedBy: Readonly<Record<string, Readonly<Record<string, number>>>>,
): readonly string[] => {
  const reached = Object.entries(exercisedBy).map(([name, counts]) => [name, Object.keys(counts)] as const);
  if (reached.length < 2) return [];
  const alone = reached.flatMap(([name, clauses]) => {
    const only = clauses.filter((clause) =>
      reached.every(([other, theirs]) => other === name || !theirs.includes(clause)),
    );
    return only.length === 0
      ? []
      : [`${inline(name)} (${only.map((id) => code(shortClause(id))).join(', ')})`];
  });
  return [
    `Clauses exercised by programs from ${reached.map(([name, clauses]) => `${inline(name)} ${count(clauses.length)}`).join(', ')}.`,
    ...(alone.length === 0 ? [] : [`Reached from there alone: ${alone.join('; ')}.`]),
  ];
};

/** Reasons for refusals that the report lists. */
const refusalReasonsMax = 5;

const corpusLines = ({ replayed, notOffered, stale }: CorpusStatistics): readonly string[] => [
  `From the corpus: ${quantity(replayed, 'program')} run first${notOffered === 0 ? '' : `, ${count(notOffered)} not run because the target cannot`}.`,
  ...(stale.length === 0
    ? []
    : [
        `Of the corpus ${quantity(stale.length, 'file')} could not be replayed: ${stale
          .map(({ file, reason }) => `${code(file)} (${inline(reason)})`)
          .join(', ')}.`,
      ]),
];

const statistics = (record: InterfaceRecord): string => {
  const { programs, steps, statistics: figures } = record;
  const generated = Object.values(figures.generators).reduce((sum, n) => sum + n, 0);
  const shares = Object.entries(figures.generators).map(
    ([name, n]) => `${inline(name)} ${percent(n, generated)}`,
  );
  return bullets([
    `${quantity(programs, 'program')}, ${quantity(steps, 'step')}${shares.length === 0 ? '' : `; from ${shares.join(', ')}`}.`,
    ...reachLines(figures.exercisedBy ?? {}),
    `Inconclusive, because the trace outgrew the oracle's budget: ${count(figures.inconclusive)} (${percent(figures.inconclusive, programs)}).`,
    `Not run because the target cannot: ${count(figures.unsupported)}; failed in the agent: ${count(figures.failed)}.`,
    ...refusalReasons(record)
      .slice(0, refusalReasonsMax)
      .map(([reason, n]) => `Refused ${count(n)}: ${inline(reason)}.`),
    ...(figures.skipped === undefined
      ? []
      : [
          `**Calls that the agent left out** though it declares them and nothing stood in their way: ${Object.entries(
            figures.skipped,
          )
            .map(([op, n]) => `${code(op)} ${count(n)}`)
            .join(', ')}. Nothing is concluded from them.`,
        ]),
    ...((figures.failedDrains ?? 0) === 0
      ? []
      : [
          `Drains that failed: ${count(figures.failedDrains ?? 0)} of ${count(figures.drains ?? 0)}. What is missing after them is held against nobody.`,
        ]),
    ...(figures.exhaustive === undefined
      ? []
      : [`Every program of a small world: ${inline(coveredText(figures.exhaustive))}.`]),
    ...(figures.events === undefined ? [] : eventsLines(figures.events)),
    ...(figures.corpus === undefined ? [] : corpusLines(figures.corpus)),
    ...(figures.shrinking === undefined
      ? []
      : [
          `${quantity(figures.shrinking, 'more program')} to shrink findings and to measure how reliably they repeat.`,
        ]),
  ]);
};

const target = ({
  target: { address, name, version, facts, agent },
  edition,
  profile,
}: InterfaceRecord): string =>
  table(
    ['', ''],
    [
      ['system', inline(`${name} ${version}`)],
      ['address', code(address)],
      ...(agent === undefined ? [] : [['agent', inline(agent)]]),
      ['judged against', `edition ${code(edition)}, profile ${code(profile)}`],
      ...Object.entries(facts).map(([fact, value]) => [code(fact), code(String(value))]),
    ],
  );

/** How much of the run the verdicts do not rest on. */
const refused = (record: InterfaceRecord): readonly string[] => {
  const text = refusedText(record);
  if (text === null) return [];
  const [most] = refusalReasons(record);
  const reason =
    most === undefined ? '' : ` Most often (${count(most[1])}) for this reason: ${inline(most[0])}.`;
  return [`**${text} by the target**: the verdicts rest on the others.${reason}`];
};

const interfaceSections = (summary: Summary, name: string, record: InterfaceRecord): readonly string[] => {
  const { unexpected, expected, dated } = findingGroups(summary, name);
  const { checkable, exercised } = clauseCounts(record);
  const unsupported = summary.unsupported.filter(({ clause }) => clause.startsWith(`${name}/`));
  const byVerdict = (verdict: ClauseRecord['verdict']): readonly ClauseRecord[] =>
    record.clauses.filter((clause) => clause.verdict === verdict && clause.static !== true);
  return [
    `## ${inline(name)} on ${inline(systemName(record))}`,
    inline(interfaceTitle(name)),
    ...refused(record),
    ...(record.reason === null ? [] : [`Not exercised as a whole: ${inline(record.reason)}`]),
    ...section(
      '### Findings',
      findingRows(unexpected),
      sharedCauses(unexpected),
      ...unexpected.flatMap(findingBlocks),
    ),
    ...section(
      '### Expected findings',
      findingRows(expected),
      bullets(
        expected.map(
          (finding) =>
            `${findingLink(finding)}: ${inline(finding.expectation?.reason ?? 'listed without a reason')}`,
        ),
      ),
    ),
    ...(dated.length === 0
      ? []
      : section(
          '### Dated findings',
          'Not permitted by the edition judged, but by a later one. They fail no run, unless it is strict about its edition.',
          findingRows(dated),
          bullets(
            dated.map(
              (finding) =>
                `${findingLink(finding)}: ${inline(`${datedText(finding)?.replace(/^T/, 't') ?? ''}.`)} ${inline(finding.statement)}`,
            ),
          ),
        )),
    ...section('### Target', target(record)),
    ...section(
      '### Clauses',
      record.clauses.length === 0
        ? ''
        : `${count(exercised)} of ${quantity(checkable, 'checkable clause')} exercised. A clause is exercised when, with it relaxed, something else would have been permitted: a program that could not have failed counts for nothing.`,
      clauseTable(record, summary.findings),
    ),
    ...section(
      '### Unsupported',
      tableOf(
        ['clause', 'reason'],
        unsupported.map(({ clause, reason }) => [code(shortClause(clause)), inline(reason)]),
      ),
    ),
    ...section('### Not exercised', reasons(byVerdict('not-exercised'))),
    ...section('### Inconclusive', reasons(byVerdict('inconclusive'))),
    ...section(
      '### Not checkable by any run',
      reasons(record.clauses.filter((clause) => clause.static === true)),
    ),
    ...section('### Choices observed', choices(record)),
    ...(record.editions.length === 0 ? [] : section('### Editions', ...editions(record))),
    ...section('### For the maintainer of the page', ...gaps(record)),
    ...section(
      '### Statistics',
      statistics(record),
      record.statistics.events === undefined ? '' : eventsTable(record.statistics.events),
    ),
  ];
};

const expectationSections = ({ expectations }: Summary): readonly string[] =>
  section(
    '## Expectations',
    tableOf(
      ['entry', 'clause', 'status', 'reason', 'discussed'],
      expectations.map(({ kind, name, clause, status, reason, link: discussed, note }) => [
        `${inline(kind)} ${code(name)}`,
        code(clause),
        `${status === 'gone' || status === 'changed' || status === 'expired' ? `**${status}**` : status}${note === undefined ? '' : `: ${inline(note)}`}`,
        inline(reason),
        inline(discussed),
      ]),
    ),
  );

const failureSections = ({ failures }: Summary): readonly string[] =>
  section(
    '## Failures of target, adapter or agent',
    failures.length === 0 ? '' : 'None of these is a verdict about a system.',
    bullets(
      failures.map(
        ({ interface: name, reason, step }) =>
          `${inline(name)}: ${inline(reason)}${step === undefined ? '' : ` (step ${step + 1})`}`,
      ),
    ),
  );

const provenance = (summary: Summary): string => {
  const outcome = summary.reasons.length === 0 ? '' : ` (${summary.reasons.map(inline).join(', ')})`;
  return `Doorbell ${inline(summary.doorbell)}, seed ${summary.seed}, ${inline(summary.started)}, ${duration(summary.durationMs)}. Exit ${summary.exit}${outcome}.`;
};

/** The whole report. */
export const markdownReport = (summary: Summary): string =>
  `${[
    '# Compliance report',
    ...headlines(summary).map(({ text }) => `**${inline(text)}.**`),
    provenance(summary),
    ...failureSections(summary),
    ...Object.entries(summary.interfaces).flatMap(([name, record]) =>
      interfaceSections(summary, name, record),
    ),
    ...expectationSections(summary),
    '## Again',
    fenced([runCommand(summary)], 'sh'),
    ...(summary.selfCheck
      ? [
          `A self-check says nothing about a system: ${code('doorbell list targets')} names what can be tested instead.`,
        ]
      : []),
    'The programs are a function of the version, the interface, the edition, these options, the seed and what the target offers. Each finding has its own command in its folder.',
  ].join('\n\n')}\n`;
