/**
 * What may be said of a run in one sentence. The sentence never claims more than was tried: a self-check says nothing
 * about a system, an empty or broken-off run says nothing at all.
 */

import type { InterfaceRecord, Summary } from '#spec/index';
import { findingGroups } from './finding-groups.ts';
import { count, quantity } from './quantities.ts';

export interface Headline {
  /** Good news, bad news, or no verdict. */
  readonly tone: 'good' | 'bad' | 'none';
  /** One sentence without its full stop; raw data, to be escaped by the format. */
  readonly text: string;
}

/** Clauses of the record that a run could have exercised, and those that it did. */
export const clauseCounts = (
  record: InterfaceRecord,
): { readonly checkable: number; readonly exercised: number } => {
  const checkable = record.clauses.filter((clause) => clause.static !== true);
  return {
    checkable: checkable.length,
    exercised: checkable.filter(({ exercised }) => exercised > 0).length,
  };
};

/** The system by its name, or the words that keep anybody from taking a simulator for one. */
export const systemName = ({ target }: InterfaceRecord): string =>
  target.selfCheck ? `the simulator (${target.address})` : `${target.name} ${target.version}`;

const broken: Readonly<Record<Exclude<Summary['ended'], 'budget'>, string>> = {
  deadline: 'the deadline passed before the run was over',
  interrupted: 'the run was interrupted',
  failure: 'the run broke off',
};

/** Entries of the expectation file that no longer describe what is seen. */
const stale = (summary: Summary, interfaceName: string): number =>
  summary.expectations.filter(
    ({ interface: name, status }) =>
      name === interfaceName && (status === 'gone' || status === 'changed' || status === 'expired'),
  ).length;

/** The sentence for one interface of the run. */
export const interfaceHeadline = (summary: Summary, name: string, record: InterfaceRecord): Headline => {
  const system = systemName(record);
  const what = `${name} (${record.edition})`;
  const only =
    summary.options.clause === undefined ? '' : `, for ${[summary.options.clause].flat().join(', ')} alone`;
  const { checkable, exercised } = clauseCounts(record);
  const { unexpected, expected, dated } = findingGroups(summary, name);
  const failures = summary.failures.filter((failure) => failure.interface === name).length;
  const outdated = stale(summary, name);

  if (unexpected.length > 0) {
    const others = [
      ...(dated.length > 0 ? [`${count(dated.length)} dated`] : []),
      ...(expected.length > 0 ? [`${count(expected.length)} expected`] : []),
    ];
    const findings = quantity(unexpected.length, 'unexpected finding');
    const beside = others.length === 0 ? '' : `, beside ${others.join(' and ')}`;
    return {
      tone: 'bad',
      text: record.target.selfCheck
        ? `Self-check of ${what} failed: ${findings} about ${system}${beside}; this concerns the simulator or Doorbell itself, no system${only}`
        : `${capital(system)} deviates from ${what}: ${findings}${beside}${only}`,
    };
  }
  if (failures > 0) {
    return {
      tone: 'none',
      text: `No verdict on ${what}: the harness failed ${failures === 1 ? 'once' : `${count(failures)} times`} on ${system}`,
    };
  }
  if (record.reason !== null) {
    return { tone: 'none', text: `No verdict on ${what}: unsupported on ${system}, ${record.reason}` };
  }
  if (exercised === 0) {
    return { tone: 'none', text: `No verdict on ${what}: nothing was exercised on ${system}${only}` };
  }
  if (summary.ended !== 'budget') {
    return {
      tone: 'none',
      text: `No unexpected finding on ${system} for ${what} so far; ${broken[summary.ended]}${only}`,
    };
  }
  if (outdated > 0) {
    return {
      tone: 'bad',
      text: `No unexpected finding on ${system} for ${what}, but ${quantity(outdated, 'expectation')} no longer ${outdated === 1 ? 'holds' : 'hold'}${only}`,
    };
  }
  const extent = `in ${count(exercised)} of ${quantity(checkable, 'checkable clause')}${only}`;
  if (record.target.selfCheck) {
    return {
      tone: 'good',
      text: `Self-check of ${what} passed: no unexpected finding about ${system} ${extent}; this says nothing about a system`,
    };
  }
  if (expected.length + dated.length > 0) {
    const parts = [
      ...(dated.length > 0
        ? [
            `${quantity(dated.length, 'dated finding')} that ${dated.length === 1 ? 'a later edition permits' : 'later editions permit'}`,
          ]
        : []),
      ...(expected.length > 0 ? [`${quantity(expected.length, 'expected finding')}`] : []),
    ];
    return {
      tone: 'good',
      text: `No unexpected finding: ${system} departs from ${what} only in ${parts.join(' and ')}, ${extent}`,
    };
  }
  return { tone: 'good', text: `${capital(system)} conforms to ${what} ${extent}` };
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The sentences of a run, one for each interface; one that says so when nothing was run. */
export const headlines = (summary: Summary): readonly Headline[] => {
  const each = Object.entries(summary.interfaces).map(([name, record]) =>
    interfaceHeadline(summary, name, record),
  );
  return each.length === 0 ? [{ tone: 'none', text: 'No verdict: nothing was run' }] : each;
};
