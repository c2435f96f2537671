/** Which facts about a system concern an interface. */

import { type InterfaceName, interfaceFile, interfaceNames } from '#spec/index';

type Facts = Readonly<Record<string, string | number | boolean>>;

/** The facts without those that were found by probing another interface: they are named in that one's file. */
export const factsAbout = (name: InterfaceName, facts: Facts): Facts => {
  const foreign = new Set(interfaceNames.filter((other) => other !== name).flatMap(probesOf));
  return Object.fromEntries(Object.entries(facts).filter(([fact]) => !foreign.has(fact)));
};

const probesOf = (name: InterfaceName): readonly string[] =>
  (interfaceFile(name).facts ?? []).map((fact) => fact.name).filter((fact) => fact.startsWith('probes.'));
