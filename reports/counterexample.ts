/** counterexample.md: one finding for whoever opens its folder, from the sentence to the command that repeats it. */

import { type ChoiceProof, type Finding, noDocument, type ResultPattern, type Trace } from '#spec/index';
import {
  citation,
  datedText,
  type FindingContext,
  findingTitle,
  insteadText,
  logLines,
  observationLines,
  patternText,
  placeText,
  precededText,
  precedingFile,
  reliabilityText,
  seenLines,
  situationText,
  statementOf,
  strengthOf,
} from './finding-account.ts';
import { besideLayout, dialectOf, listing } from './listing.ts';
import { bullets, code, fenced, inline, table } from './markdown-text.ts';
import { quantity } from './quantities.ts';

const notices = (finding: Finding, { target }: FindingContext): readonly string[] => {
  const dated = datedText(finding);
  return [
    ...(target.selfCheck
      ? [
          `**Self-check.** The target is Doorbell's own simulator (${code(target.address)}): this concerns the simulator or Doorbell, no system.`,
        ]
      : []),
    ...(dated === null
      ? []
      : [`**Dated.** ${inline(dated)}. It fails a run only under ${code('--strict-edition')}.`]),
    ...(finding.expectation === undefined
      ? []
      : [`**Expected.** ${inline(finding.expectation.reason)} (${inline(finding.expectation.link)})`]),
  ];
};

const sentence = (finding: Finding, context: FindingContext): readonly string[] => {
  const clause = context.clauses.find(({ id }) => id === finding.clause);
  const terms = [
    `clause ${code(finding.clause)}${clause?.number === undefined ? '' : ` (${inline(clause.number)})`}`,
    ...(clause === undefined ? [] : [strengthOf(clause)]),
    `edition ${inline(context.edition)}`,
  ];
  return [
    '## The sentence',
    `> ${inline(finding.statement)}`,
    `In our words${finding.source.document === noDocument ? ';' : ', from'} ${inline(citation(finding.source))}; ${terms.join(', ')}.`,
  ];
};

/** A pattern in words stays words; a result is quoted. */
const pattern = (finding: Finding, result: ResultPattern): string =>
  typeof result === 'string' ? inline(result) : code(patternText(result, finding));

const permittedList = (finding: Finding, context: FindingContext): string =>
  finding.permitted.length === 0
    ? 'Nothing was permitted here: the call had to go on blocking, or the system had to be alive.'
    : bullets(
        finding.permitted.map(({ result, clause, why }) => {
          const statement = clause === finding.clause ? undefined : statementOf(context, clause);
          const instead = insteadText(finding, why);
          return [
            `${pattern(finding, result)}, by ${code(clause)}${statement === undefined ? '.' : `: ${inline(statement)}`}`,
            ...(instead === '' ? [] : [inline(instead)]),
          ].join(' ');
        }),
      );

const observed = (finding: Finding): readonly string[] => {
  const lines = seenLines(finding);
  const at = `Observed at ${placeText(finding)}`;
  const observedClass = inline(finding.observedClass);
  return lines.length === 0 ? [`${at}: ${observedClass}.`] : [`${at} (${observedClass}):`, fenced(lines)];
};

/** With one thing permitted, saying again that it is the nearest would tell nothing. */
const nearest = (finding: Finding): readonly string[] => {
  if (finding.nearest === null || finding.permitted.length === 1) return [];
  const { result, clause, difference } = finding.nearest;
  const instead = insteadText(finding, difference);
  return [
    [
      `Nearest permitted outcome: ${pattern(finding, result)}, by ${code(clause)}.`,
      ...(instead === '' ? [] : [inline(instead)]),
    ].join(' '),
  ];
};

const observedAndPermitted = (finding: Finding, context: FindingContext): readonly string[] => [
  '## Observed and permitted',
  ...observed(finding),
  'Permitted there:',
  permittedList(finding, context),
  ...nearest(finding),
];

const program = (finding: Finding, trace: Trace | null): readonly string[] => [
  '## The program, and what was seen',
  fenced(besideLayout(listing(finding.program, trace?.events ?? [], finding.step))),
  finding.step === null
    ? 'At which step it broke is not known.'
    : `\`>>>\` marks ${placeText(finding)}. Everything seen before it is permitted.`,
  ...picture(finding, trace),
];

const picture = ({ program: shown, step }: Finding, trace: Trace | null): readonly string[] => {
  const lines = dialectOf(shown.interface).picture?.(shown, trace?.events ?? [], step) ?? [];
  return lines.length === 0 ? [] : ['## As a picture', fenced(lines)];
};

const proof = ({
  values,
  program: shown,
  step,
  events,
  observed: result,
  reliability,
}: ChoiceProof): readonly string[] => [
  `### Proof of ${values.map(code).join(' or ')}`,
  fenced(besideLayout(listing(shown, events ?? [], step))),
  `At ${placeText({ step })} the system gave ${observationLines(result, shown, step).map(code).join(', ')}, which leaves only ${values
    .map(code)
    .join(' or ')} (${reliabilityText({ reliability })} repetitions).`,
];

const preceding = (finding: Finding): readonly string[] => {
  const before = precededText(finding);
  if (before === null) return [];
  const { precededBy = [] } = finding;
  return [
    '## What ran before',
    `${inline(before)}. Of a session only the last programs are remembered. They stand in ${code(precedingFile)} and are part of the replay:`,
    ...precededBy.map((each) => fenced(besideLayout(listing(each, [], null)))),
  ];
};

const programs = (finding: Finding, trace: Trace | null): readonly string[] =>
  finding.inconsistency === undefined
    ? program(finding, trace)
    : [
        '## Two programs that cannot both be right',
        `The document leaves ${code(finding.inconsistency.point)} to the system, which must choose once. Each program below proves another choice.`,
        ...finding.inconsistency.proofs.flatMap(proof),
      ];

const suspectList = (finding: Finding, context: FindingContext): string => {
  const [first, ...others] = finding.suspects;
  if (first === undefined) return 'No breach of a single clause would explain the trace.';
  if (others.length === 0 && first === finding.clause) {
    return 'The breach of this clause, and of no other alone, would explain the trace.';
  }
  const items = finding.suspects.map((id, index) => {
    const statement = statementOf(context, id);
    return `${index + 1}. ${code(id)}${statement === undefined ? '' : `: ${inline(statement)}`}`;
  });
  return ['Clauses whose breach alone would explain the trace, the narrowest first:', '', ...items].join(
    '\n',
  );
};

const suspects = (finding: Finding, context: FindingContext): readonly string[] => [
  '## Suspects',
  suspectList(finding, context),
  `Where to look first: **${finding.verdictHint.suspect}**, because ${inline(finding.verdictHint.because)}.`,
  ...(context.sameCause.length === 0
    ? []
    : [`Probably the same cause: ${context.sameCause.map(code).join(', ')}.`]),
];

const circumstances = (finding: Finding, context: FindingContext): readonly string[] => {
  const { target } = context;
  const rows = [
    ['Kind', inline(finding.kind)],
    ['Situation', inline(situationText(finding)) || 'any'],
    [
      'Reliability',
      `${reliabilityText(finding)} repetitions${
        finding.seen === undefined ? '' : `; seen in ${quantity(finding.seen, 'program')} of the run`
      }`,
    ],
    ['System', inline(`${target.name} ${target.version}`)],
    ...Object.entries(target.facts).map(([name, value]) => [inline(name), inline(String(value))]),
    [
      'Target',
      `${code(target.address)}${target.agent === undefined ? '' : `, agent ${inline(target.agent)}`}`,
    ],
    [
      'Judged by',
      `Doorbell ${inline(context.doorbell)}, edition ${inline(context.edition)}, profile ${inline(context.profile)}`,
    ],
    ['Signature', `${code(finding.signature)} (${code(finding.id)})`],
  ];
  return ['## Circumstances', table(['', ''], rows)];
};

/** The whole page. `trace` is null when the system went away before there was one. */
export const counterexample = (finding: Finding, trace: Trace | null, context: FindingContext): string =>
  `${[
    `# ${inline(findingTitle(finding))}`,
    ...notices(finding, context),
    ...sentence(finding, context),
    ...programs(finding, trace),
    ...preceding(finding),
    ...(finding.inconsistency === undefined ? observedAndPermitted(finding, context) : []),
    ...(logLines(finding).length === 0 ? [] : ["## The system's log meanwhile", fenced(logLines(finding))]),
    ...suspects(finding, context),
    ...circumstances(finding, context),
    '## Again',
    fenced([finding.replay], 'sh'),
    `The program alone is in ${code('program.json')}, what was seen in ${code('trace.json')}, a text for a mailing list in ${code('report.txt')}.`,
  ].join('\n\n')}\n`;
