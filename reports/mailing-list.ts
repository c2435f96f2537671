/** report.txt: one finding as a mail to the people who can mend the system or the page. */

import { type Finding, noDocument, type Program, type Trace } from '#spec/index';
import { interfaceTitle } from './dialect.ts';
import {
  citation,
  datedText,
  documentTitle,
  type FindingContext,
  insteadText,
  logLines,
  patternText,
  placeText,
  precededText,
  precedingFile,
  reliabilityText,
  seenLines,
  shortClause,
  situationText,
} from './finding-account.ts';
import { listing, mailLayout } from './listing.ts';
import { ascii, mailColumns, wrapped } from './plain-text.ts';
import { quoted, wrappedCommand } from './shell-text.ts';

const body = { first: '  ', rest: '  ' } as const;
const item = { first: '  - ', rest: '    ' } as const;

/** The first of these that fits: the less a subject says of the system, the longer its clause may be. */
const subject = (finding: Finding, { target }: FindingContext): string => {
  const start = `Subject: ${finding.interface}: ${shortClause(finding.clause)}`;
  const system = target.selfCheck ? 'self-check' : `${target.name} ${target.version}`;
  const attempts = [
    `${start}: ${finding.operation} ${finding.observedClass} (${system})`,
    `${start}: ${finding.observedClass} (${system})`,
    `${start}: ${finding.observedClass}`,
    `${start}: ${finding.kind}`,
    start,
  ].map(ascii);
  const fitting = attempts.find(({ length }) => length <= mailColumns);
  return fitting ?? `${ascii(start).slice(0, mailColumns - 3)}...`;
};

const opening = (finding: Finding, { target, edition }: FindingContext): readonly string[] => {
  const situation = situationText(finding);
  const dated = datedText(finding);
  const before = precededText(finding);
  const system = target.selfCheck ? `the simulator (${target.address})` : `${target.name} ${target.version}`;
  const sentences = [
    ...(target.selfCheck
      ? [
          "This is a self-check: the target is Doorbell's own simulator. What follows concerns the simulator or Doorbell, no system.",
        ]
      : []),
    `On ${system}, ${finding.operation}: ${finding.observedClass}${situation === '' ? '' : ` (${situation})`}.`,
    finding.source.document === noDocument
      ? `That is wrong by itself; ${citation(finding.source)}.`
      : `As we read ${documentTitle(finding.source)}, it does not permit that (edition ${edition}).`,
    ...(finding.inconsistency === undefined
      ? []
      : [
          `It leaves ${finding.inconsistency.point} to the system, which must choose once; two programs prove two choices.`,
        ]),
    ...(dated === null ? [] : [`${dated}.`]),
    ...(before === null
      ? [`Seen in ${reliabilityText(finding)} repetitions of the program below.`]
      : [`${before}; those programs are in ${precedingFile}.`]),
  ];
  return wrapped(sentences.join(' '));
};

const environment = (
  finding: Finding,
  { target, doorbell, edition, profile, seed }: FindingContext,
): readonly string[] => {
  const rows: readonly (readonly [string, string])[] = [
    ['system', `${target.name} ${target.version}`],
    ...Object.entries(target.facts).map(([name, value]) => [name, String(value)] as const),
    ['target', target.agent === undefined ? target.address : `${target.address}, agent ${target.agent}`],
    ['interface', interfaceTitle(finding.interface)],
    ['judged by', `doorbell ${doorbell}, edition ${edition}, profile ${profile}, seed ${seed}`],
  ];
  return rows.flatMap(([name, value]) => wrapped(`${name}: ${value}`, { first: '  ', rest: '      ' }));
};

/**
 * The program as JSON that survives a mail: broken between members only, so that it can be saved and replayed. Null
 * when a member alone is too long for a line.
 */
const mailedProgram = (program: Program): readonly string[] | null => {
  const literal = (value: unknown): string =>
    JSON.stringify(value).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  const step = (members: readonly string[], last: boolean): readonly string[] => {
    const lines: string[] = [];
    let line = '  {';
    members.forEach((member, index) => {
      const text = `${member}${index < members.length - 1 ? ',' : last ? '}' : '},'}`;
      if (line.length + text.length > mailColumns && line.trim() !== '{') {
        lines.push(line);
        line = '   ';
      }
      line += text;
    });
    return [...lines, line];
  };
  const steps = program.steps.flatMap((given, index) =>
    step(
      Object.entries(given).flatMap(([name, value]) =>
        value === undefined ? [] : [`${literal(name)}:${literal(value)}`],
      ),
      index === program.steps.length - 1,
    ),
  );
  const version = program.version === undefined ? '' : `"version":${program.version},`;
  const lines = [`{"interface":${literal(program.interface)},${version}"steps":[`, ...steps, ']}'];
  return lines.some(({ length }) => length > mailColumns) ? null : lines;
};

const programSection = (finding: Finding, trace: Trace | null): readonly string[] => {
  if (finding.inconsistency === undefined) {
    return [
      'Program, and what was seen (>>> where it broke)',
      '',
      ...mailLayout(listing(finding.program, trace?.events ?? [], finding.step)),
    ];
  }
  return finding.inconsistency.proofs.flatMap(({ values, program, events, step, reliability }, index) => [
    ...(index === 0 ? [] : ['']),
    ...wrapped(
      `Program ${index + 1}, which proves ${values.join(' or ')} in ${reliabilityText({ reliability })} repetitions`,
    ),
    '',
    ...mailLayout(listing(program, events ?? [], step)),
  ]);
};

const seenSection = (finding: Finding): readonly string[] => [
  `Seen at ${placeText(finding)}`,
  '',
  ...wrapped(finding.observedClass, body),
  ...seenLines(finding).flatMap((line) => wrapped(line, item)),
];

const expectedSection = (finding: Finding): readonly string[] => [
  'Expected',
  '',
  ...wrapped(finding.statement, body),
  ...wrapped(`(${citation(finding.source)}, in our words; clause ${finding.clause})`, body),
  ...(finding.permitted.length === 0 || finding.inconsistency !== undefined
    ? []
    : [
        '',
        '  Permitted there:',
        ...finding.permitted.flatMap(({ result, clause, why }) =>
          wrapped(`${patternText(result, finding)}, by ${clause}. ${insteadText(finding, why)}`, item),
        ),
      ]),
  // With one thing permitted, saying again that it is the nearest would tell nothing.
  ...(finding.nearest === null || finding.permitted.length === 1
    ? []
    : [
        '',
        ...wrapped(
          `Nearest: ${patternText(finding.nearest.result, finding)}, by ${finding.nearest.clause}. ${insteadText(finding, finding.nearest.difference)}`,
          body,
        ),
      ]),
  ...(finding.suspects.length < 2
    ? []
    : [
        '',
        '  A breach of any one of these would explain it as well:',
        ...finding.suspects.slice(1).flatMap((id) => wrapped(id, item)),
      ]),
];

/** Of a program that shows nothing alone: the files to attach, and the command that runs all of them in one session. */
const togetherAgain = (finding: Finding, { target }: FindingContext): readonly string[] => [
  ...wrapped(`With program.json and ${precedingFile}, from the folder of the finding:`, body),
  '',
  ...wrappedCommand(
    `doorbell run ${finding.interface} --programs ${precedingFile} --programs program.json --target ${quoted(target.address)}`,
  ),
  '',
];

/** The programs with the names of the files they should be saved as. */
const programsToSave = (finding: Finding): readonly (readonly [file: string, program: Program])[] =>
  finding.inconsistency === undefined
    ? [['program.json', finding.program]]
    : finding.inconsistency.proofs.map(({ program }, index) => [`program-${index + 1}.json`, program]);

const saveAndReplay = (finding: Finding, { target }: FindingContext): readonly string[] =>
  programsToSave(finding).flatMap(([file, program]) => {
    const mailed = mailedProgram(program);
    return mailed === null
      ? [...wrapped('The program is too wide for a mail; it is in the folder of the finding.', body), '']
      : [
          ...wrapped(`Save as ${file}:`, body),
          '',
          ...mailed,
          '',
          ...wrappedCommand(`doorbell replay ${file} --target ${quoted(target.address)}`),
          '',
        ];
  });

const again = (finding: Finding, context: FindingContext): readonly string[] => [
  'Again',
  '',
  ...(precededText(finding) === null ? saveAndReplay(finding, context) : togetherAgain(finding, context)),
  ...wrapped('Or, where the run was made:', body),
  '',
  ...wrappedCommand(finding.replay),
];

/** The whole mail. `trace` is null when the system went away before there was one. */
export const mailingListReport = (finding: Finding, trace: Trace | null, context: FindingContext): string =>
  `${[
    [subject(finding, context)],
    opening(finding, context),
    ['Environment', '', ...environment(finding, context)],
    programSection(finding, trace),
    ...(finding.inconsistency === undefined ? [seenSection(finding)] : []),
    ...(logLines(finding).length === 0
      ? []
      : [["The system's log meanwhile", '', ...logLines(finding).flatMap((line) => wrapped(line, body))]]),
    expectedSection(finding),
    again(finding, context),
    wrapped(`suspect: ${finding.verdictHint.suspect}, because ${finding.verdictHint.because}`, {
      rest: '  ',
    }),
  ]
    .map((section) => section.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n')}\n`;
