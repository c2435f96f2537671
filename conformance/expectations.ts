/**
 * What was seen, held against what was expected. An expectation file lists known deviations and pinned choices; what
 * differs from it in either direction is a reason for exit code 1. Nothing in here reads files or runs programs.
 */

import {
  type ChoiceRecord,
  checkProgram,
  clauseFile,
  type ExpectationFile,
  type ExpectationRecord,
  type ExpectationReference,
  type ExpectedChoice,
  type ExpectedFinding,
  type FactCondition,
  type Finding,
  isInterfaceName,
  type Summary,
  validate,
} from '#spec/index';

/** Why a run ends with exit code 1. */
export type Reason = Summary['reasons'][number];

/** What became of an entry's own program, run for it alone. */
export type OwnProgram =
  /** It conformed every time. */
  | { readonly outcome: 'conformed' }
  /** It showed another deviation, of this short signature. */
  | { readonly outcome: 'deviated'; readonly id: string }
  /** It was not run, or nobody can tell. */
  | { readonly outcome: 'unknown' };

/** What a run saw of one interface. */
export interface Seen {
  readonly interface: string;
  readonly edition: string;
  /** Facts of the target by name. */
  readonly facts: Readonly<Record<string, string | number | boolean>>;
  readonly findings: readonly Pick<Finding, 'id' | 'signature' | 'kind' | 'clause'>[];
  readonly choices: readonly Pick<ChoiceRecord, 'point' | 'observed' | 'consistent' | 'values'>[];
  /** Asked only for entries that no finding matches. */
  readonly ownProgram: (entry: ExpectedFinding) => OwnProgram;
}

export interface ComparisonOptions {
  /** The day on which expiry is judged, as 2026-11-30. */
  readonly today: string;
  /** Whether the run was about this clause; entries about others are held against nothing. */
  readonly isAbout?: (clause: string) => boolean;
  /** Dated deviations are a reason for failure too. */
  readonly strictEdition?: boolean;
}

export interface Comparison {
  /** One record for each entry of the file, in its order. */
  readonly records: readonly ExpectationRecord[];
  /** The entry that expects a finding, by the finding's id and its interface. */
  readonly expecting: (interfaceName: string, id: string) => ExpectationReference | undefined;
  /** Each reason once, in the order of their weight. */
  readonly reasons: readonly Reason[];
}

const nothingExpected: ExpectationFile = { schema: 1, title: 'nothing is expected', expectations: [] };

const reasonsByWeight: readonly Reason[] = ['new', 'gone', 'changed', 'expired', 'choice-changed'];

/** Whether all facts have the values that are asked for; an unknown fact has none. */
export const holds = (condition: FactCondition | undefined, facts: Seen['facts']): boolean =>
  Object.entries(condition ?? {}).every(([name, wanted]) => {
    const fact = facts[name];
    return fact !== undefined && [wanted].flat().includes(fact);
  });

const isFinding = (entry: ExpectationFile['expectations'][number]): entry is ExpectedFinding =>
  entry.kind !== 'choice';

const lists = (entry: ExpectedFinding, finding: Pick<Finding, 'id' | 'signature'>): boolean =>
  entry.signature === finding.id || entry.signature === finding.signature;

/** The findings of an expectation file that may be looked for on a target with these facts. */
export const expectedFindings = (
  file: ExpectationFile,
  interfaceName: string,
  facts: Seen['facts'],
): readonly ExpectedFinding[] =>
  file.expectations
    .filter(isFinding)
    .filter((entry) => entry.interface === interfaceName && holds(entry.when, facts));

type Status = Pick<ExpectationRecord, 'status' | 'note'>;

const isExpired = (expires: string | undefined, today: string): boolean =>
  expires !== undefined && today > expires;

const findingStatus = (entry: ExpectedFinding, seen: Seen, today: string): Status => {
  if (isExpired(entry.expires, today)) return { status: 'expired', note: `expired after ${entry.expires}` };
  const match = seen.findings.find((finding) => lists(entry, finding));
  if (match !== undefined)
    return match.clause === entry.clause
      ? { status: 'seen' }
      : { status: 'changed', note: `it is filed under ${match.clause}` };
  if (entry.kind === 'dated' && !isDefaultEdition(seen))
    return {
      status: 'not-applicable',
      note: `dated deviations depend on the edition; this is ${seen.edition}`,
    };
  if (entry.intermittent === true) return { status: 'not-seen', note: 'it does not show every time' };
  const own = seen.ownProgram(entry);
  switch (own.outcome) {
    case 'conformed':
      return { status: 'gone', note: 'its own program conformed every time' };
    case 'deviated':
      return { status: 'changed', note: `its own program shows ${own.id}` };
    case 'unknown':
      return { status: 'not-seen', note: 'its own program did not tell' };
  }
};

const isDefaultEdition = ({ interface: name, edition }: Seen): boolean =>
  !isInterfaceName(name) ||
  clauseFile(name).editions.some(({ id, default: byDefault }) => byDefault && id === edition);

const choiceStatus = (entry: ExpectedChoice, seen: Seen, today: string): Status => {
  if (isExpired(entry.expires, today)) return { status: 'expired', note: `expired after ${entry.expires}` };
  const choice = seen.choices.find(({ point }) => point === entry.point);
  if (choice === undefined || choice.observed.length === choice.values.length)
    return { status: 'not-seen', note: 'no program told the values apart' };
  const { observed, consistent } = choice;
  if (!consistent) return { status: 'changed', note: 'the system did not choose once' };
  if (observed.every((value) => entry.observed.includes(value))) return { status: 'seen' };
  return observed.some((value) => entry.observed.includes(value))
    ? { status: 'not-seen', note: `still possible: ${observed.join(', ')}` }
    : { status: 'changed', note: `observed: ${observed.join(', ')}` };
};

/** What became of the entries of a file, and what was seen beside them. */
export const compare = (
  expected: ExpectationFile | undefined,
  seen: readonly Seen[],
  { today, isAbout = () => true, strictEdition = false }: ComparisonOptions,
): Comparison => {
  const { expectations } = expected ?? nothingExpected;
  const reasons = new Set<Reason>();
  const expecting = new Map<string, ExpectationReference>();
  const listed = new Set<string>();

  const statusOf = (entry: ExpectationFile['expectations'][number]): Status => {
    const there = seen.find(({ interface: name }) => name === entry.interface);
    if (there === undefined)
      return { status: 'not-applicable', note: `${entry.interface} was not part of the run` };
    if (!holds(entry.when, there.facts))
      return { status: 'not-applicable', note: "its condition on the target's facts does not hold" };
    const isSeen = isFinding(entry) && there.findings.some((finding) => lists(entry, finding));
    if (!isSeen && !isAbout(entry.clause))
      return { status: 'not-applicable', note: 'the run was limited to other clauses' };
    if (!isFinding(entry)) return choiceStatus(entry, there, today);
    const status = findingStatus(entry, there, today);
    for (const finding of there.findings.filter((each) => lists(entry, each))) {
      const key = `${entry.interface} ${finding.id}`;
      listed.add(key);
      if (status.status === 'seen') expecting.set(key, { reason: entry.reason, link: entry.link });
    }
    return status;
  };

  const records = expectations.map((entry): ExpectationRecord => {
    const { status, note } = statusOf(entry);
    if (status === 'gone' || status === 'expired') reasons.add(status);
    if (status === 'changed') reasons.add(isFinding(entry) ? 'changed' : 'choice-changed');
    return {
      interface: entry.interface,
      kind: entry.kind,
      name: isFinding(entry) ? entry.signature : entry.point,
      clause: entry.clause,
      status,
      reason: entry.reason,
      link: entry.link,
      ...(note !== undefined && { note }),
    };
  });

  for (const { interface: name, findings } of seen)
    for (const { id, kind } of findings)
      if (!listed.has(`${name} ${id}`) && (kind !== 'dated' || strictEdition)) reasons.add('new');

  return {
    records,
    expecting: (name, id) => expecting.get(`${name} ${id}`),
    reasons: reasonsByWeight.filter((reason) => reasons.has(reason)),
  };
};

/** What is wrong with an expectation file, each error led by the path of the offending part; empty when it is sound. */
export const checkExpectations = (value: unknown): readonly string[] => {
  const complaints = validate.expectation(value);
  return complaints.length > 0
    ? complaints
    : (value as ExpectationFile).expectations.flatMap((entry, index, all) =>
        checkEntry(entry, `/expectations/${index}`, all.slice(0, index)),
      );
};

const checkEntry = (
  entry: ExpectationFile['expectations'][number],
  path: string,
  earlier: ExpectationFile['expectations'],
): readonly string[] => {
  const { interface: name, clause, program } = entry;
  if (!isInterfaceName(name)) return [`${path}/interface: unknown interface '${name}'`];
  const { clauses, points = [] } = clauseFile(name);
  const complaints: string[] = [];
  if (!clauses.some(({ id, aliases = [] }) => id === clause || aliases.includes(clause)))
    complaints.push(`${path}/clause: unknown clause '${clause}'`);
  if (program !== undefined) {
    complaints.push(...checkProgram(program).map((complaint) => `${path}/program${complaint}`));
    if (program.interface !== name)
      complaints.push(`${path}/program/interface: '${program.interface}' is not '${name}'`);
  }
  if (isFinding(entry)) {
    const twin = earlier.some(
      (other) => isFinding(other) && other.interface === name && other.signature === entry.signature,
    );
    if (twin) complaints.push(`${path}/signature: '${entry.signature}' is listed already`);
  } else {
    const point = points.find(({ id }) => id === entry.point);
    if (point === undefined) complaints.push(`${path}/point: unknown variation point '${entry.point}'`);
    for (const observed of entry.observed)
      if (point !== undefined && !point.values.includes(observed))
        complaints.push(`${path}/observed: '${observed}' is not one of ${point.values.join(', ')}`);
  }
  return complaints;
};
