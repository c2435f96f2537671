/** `doorbell list`: what there is, as a table for people or as data. */

import { UsageError } from '#spec/errors';
import { type InterfaceName, interfaceTitles } from '#spec/generated/names';
import { unknown } from './closest.ts';
import { columns, print, printJson } from './output.ts';
import { namedInterfaces } from './scoped.ts';

/** What is listed: data for programs, with one row for people. */
interface Item {
  readonly data: Readonly<Record<string, unknown>>;
  readonly row: readonly string[];
}

type Listing = (names: readonly InterfaceName[]) => readonly Item[] | Promise<readonly Item[]>;

/** An object without its absent members. */
const data = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** The command that is asked most and must answer at once: it reads nothing but names. */
const interfaces: Listing = (names) =>
  names.map((name) => ({ data: { name, title: interfaceTitles[name] }, row: [name, interfaceTitles[name]] }));

const operations: Listing = async (names) => {
  const { interfaceFile } = await import('#spec/load');
  return names.flatMap((name) =>
    interfaceFile(name).operations.map((operation) => ({
      data: { interface: name, ...operation },
      row: [
        name,
        operation.name,
        operation.arguments.map((argument) => argument.name).join(','),
        operation.meaning,
      ],
    })),
  );
};

const listClauses: Listing = async (names) => {
  const { clauses } = await import('#spec/load');
  return names.flatMap((name) =>
    clauses(name).map((clause) => ({
      data: { interface: name, ...clause },
      row: [
        clause.id,
        clause.number ?? '',
        clause.inferred ? `${clause.strength} (inferred)` : clause.strength,
        clause.checked,
        clause.statement,
      ],
    })),
  );
};

const editions: Listing = async (names) => {
  const { clauseFile } = await import('#spec/load');
  return names.flatMap((name) =>
    clauseFile(name).editions.map((edition) => ({
      data: { interface: name, ...edition },
      row: [name, edition.id, edition.default ? 'default' : '', edition.title, edition.changes ?? ''],
    })),
  );
};

const profiles: Listing = async (names) => {
  const { clauseFile } = await import('#spec/load');
  return names.flatMap((name) =>
    (clauseFile(name).profiles ?? []).map((profile) => ({
      data: { interface: name, ...profile },
      row: [name, profile.id, profile.id === 'docs' ? 'default' : '', profile.title],
    })),
  );
};

const variationPoints: Listing = async (names) => {
  const { clauseFile } = await import('#spec/load');
  return names.flatMap((name) =>
    (clauseFile(name).points ?? []).map((point) => ({
      data: { interface: name, ...point },
      row: [name, point.id, point.values.join(' | '), point.statement],
    })),
  );
};

const targets: Listing = async () => {
  const { adapters, simulatorBehaviours } = await import('#adapters/index');
  return adapters.flatMap(({ scheme, summary }) => {
    const item = { data: { address: scheme, summary }, row: [scheme, summary] };
    if (scheme !== 'simulator') return [item];
    const behaviours = simulatorBehaviours().map((behaviour) => ({
      data: data({ address: `simulator:${behaviour.name}`, summary: behaviour.summary }),
      row: [`simulator:${behaviour.name}`, behaviour.summary],
    }));
    return [item, ...behaviours];
  });
};

const mutants: Listing = async (names) => {
  const adapters = await import('#adapters/index');
  return names.flatMap((name) =>
    adapters.mutants(name).map((mutant) => ({
      data: { ...mutant },
      row: [mutant.name, mutant.control ? 'control' : mutant.breaks.join(' '), mutant.lie],
    })),
  );
};

const worlds: Listing = async (names) => {
  const { worldFileOf, worldsOf } = await import('#conformance/worlds');
  return names.flatMap((name) => {
    const sizes = new Map(worldsOf(name).map((world) => [world.name, world.size]));
    return worldFileOf(name).worlds.map((world) => ({
      data: { interface: name, steps: sizes.get(world.name), ...world },
      row: [name, world.name, `${sizes.get(world.name)} steps`, world.meaning],
    }));
  });
};

const gaps: Listing = async (names) => {
  const { clauses } = await import('#spec/load');
  return names.flatMap((name) =>
    clauses(name).flatMap(({ id, number, gap, reason, source }) =>
      gap === undefined
        ? []
        : [
            {
              data: data({ interface: name, clause: id, number, gap, reading: reason, source }),
              row: [id, gap],
            },
          ],
    ),
  );
};

const formats: Listing = async () => {
  const { reportFormats } = await import('#reports/index');
  return reportFormats.map(({ name, file, meaning }) => ({
    data: { name, file, meaning },
    row: [name, file, meaning],
  }));
};

const listings: Readonly<Record<string, Listing>> = {
  interfaces,
  operations,
  clauses: listClauses,
  editions,
  profiles,
  'variation-points': variationPoints,
  targets,
  mutants,
  worlds,
  gaps,
  formats,
};

/**
 * Prints a list.
 *
 * @throws {UsageError} Unknown list or interface.
 */
export const list = async (
  what: string,
  name: string | undefined,
  { json }: { readonly json?: true },
): Promise<undefined> => {
  const listing = Object.hasOwn(listings, what) ? listings[what] : undefined;
  if (listing === undefined) throw new UsageError(unknown('list', what, Object.keys(listings)));
  const items = await listing(namedInterfaces(name === undefined ? [] : [name]));
  await (json ? printJson(items.map((item) => item.data)) : print(columns(items.map(({ row }) => row))));
};
