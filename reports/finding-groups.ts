/** Which findings of a run count against the system, which were known, which a later document already permits. */

import type { Finding, Summary } from '#spec/index';

export interface FindingGroups {
  /** Cause of exit 1. */
  readonly unexpected: readonly Finding[];
  /** Listed in the expectation file. */
  readonly expected: readonly Finding[];
  /** A later edition permits it: the page is older than the system. */
  readonly dated: readonly Finding[];
}

/** With `--strict-edition` a later edition excuses nothing. */
const isStrict = (summary: Summary): boolean => summary.options['strict-edition'] === true;

/** The findings of one interface, or of all, in the order of the record. */
export const findingGroups = (summary: Summary, interfaceName?: string): FindingGroups => {
  const findings = summary.findings.filter(
    (finding) => interfaceName === undefined || finding.interface === interfaceName,
  );
  const isDated = ({ kind }: Finding): boolean => kind === 'dated' && !isStrict(summary);
  return {
    unexpected: findings.filter((finding) => !finding.expected && !isDated(finding)),
    expected: findings.filter((finding) => finding.expected && !isDated(finding)),
    dated: findings.filter(isDated),
  };
};
