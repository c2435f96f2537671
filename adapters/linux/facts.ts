/** Facts about the machine, by the names in interface.json. What cannot be found out is left out, never guessed. */

import { existsSync, readFileSync } from 'node:fs';
import { machine, release } from 'node:os';

export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Text of a small file, or nothing: a fact that cannot be read is unknown. */
const textOf = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};

const numberOf = (path: string): number | undefined => {
  const text = textOf(path);
  return text === undefined || !/^-?\d+$/.test(text) ? undefined : Number(text);
};

/** The sysctl that switches io_uring off: 0 for all, 1 for all but one group, 2 for everybody. */
export const ioUringDisabled = (): number | undefined => numberOf('/proc/sys/kernel/io_uring_disabled');

/** Kind of container, where it left its usual mark. */
const container = (): string | undefined => {
  const named = textOf('/run/systemd/container') || process.env.container;
  if (named) return named;
  if (existsSync('/.dockerenv')) return 'docker';
  if (existsSync('/run/.containerenv')) return 'podman';
  if (process.env.KUBERNETES_SERVICE_HOST !== undefined) return 'kubernetes';
  return /(docker|containerd|kubepods|lxc)/.exec(textOf('/proc/1/cgroup') ?? '')?.[1];
};

/** Everything that is known without making a ring. */
export const machineFacts = (): Facts =>
  known({
    release: release(),
    machine: machine(),
    uid: process.geteuid?.(),
    tainted: numberOf('/proc/sys/kernel/tainted'),
    io_uring_disabled: ioUringDisabled(),
    container: container(),
  });

/** The members that have a value. */
export const known = (facts: Readonly<Record<string, string | number | boolean | undefined>>): Facts =>
  Object.fromEntries(
    Object.entries(facts).filter(
      (entry): entry is [string, string | number | boolean] => entry[1] !== undefined,
    ),
  );
