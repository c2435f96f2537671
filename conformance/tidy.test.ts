/**
 * House rules that no compiler or linter holds: who may import whom, what a file may mention, links that lead
 * somewhere. Every rule also says what it looked at, for a rule that saw nothing would pass for ever.
 */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const top = fileURLToPath(new URL('..', import.meta.url));

/** Which folder may import which; the longest name that fits a path is its folder. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  spec: [],
  model: ['spec'],
  adapters: ['spec'],
  reports: ['spec'],
  conformance: ['spec', 'model'],
  'conformance/cli': ['spec', 'model', 'adapters', 'reports', 'conformance'],
};
const folders = Object.keys(allowed).sort((one, other) => other.length - one.length);
const folderOf = (path: string): string | undefined =>
  folders.find((folder) => path.startsWith(`${folder}/`));

/** Not ours, or made from what is ours. */
const skipped = new Set(['node_modules', 'dist', '.git', 'doorbell-runs', 'coverage']);

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(join(top, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(path);
    return entry.isFile() && !entry.name.endsWith('.tgz') ? [path] : [];
  });

const files = filesBelow('');
const textOf = (path: string): string => readFileSync(join(top, path), 'utf8');
const manifest = JSON.parse(textOf('package.json')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;
const isTest = (path: string): boolean => path.endsWith('.test.ts');
const isGenerated = (path: string): boolean => path.startsWith('spec/generated/');

/** Our own sources, with what each imports. Biome's single quotes make the search reliable. */
const sources = files
  .filter((path) => path.endsWith('.ts') && folderOf(path) !== undefined)
  .map((path) => {
    const text = textOf(path);
    const statements = text.matchAll(/^(?:import|(?:import|export)\b[^';]*\bfrom) '([^'\n]+)'/gm);
    const calls = text.matchAll(/\bimport\(\s*'([^'\n]+)'/g);
    const specifiers = [...statements, ...calls].flatMap(([, specifier]) => specifier ?? []);
    return { path, text, specifiers };
  });

/** The path in the repository that a specifier means; undefined for a package. */
const target = (path: string, specifier: string): string | undefined => {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return specifier.startsWith('.')
    ? normalize(join(dirname(path), specifier))
        .split(sep)
        .join('/')
    : undefined;
};

/** `@scope/name/part` → `@scope/name`, `node:fs/promises` → `node:fs`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const packageImports = sources.flatMap(({ path, specifiers }) =>
  specifiers
    .filter((specifier) => target(path, specifier) === undefined)
    .map((specifier) => ({ path, name: packageOf(specifier) })),
);

describe('imports', () => {
  const edges = sources.flatMap(({ path, specifiers }) =>
    specifiers.flatMap((specifier) => {
      const to = target(path, specifier);
      const from = folderOf(path);
      if (to === undefined || from === undefined || specifier === '#linux-agent') return [];
      return [{ path, specifier, from, to: folderOf(to) ?? 'the top' }];
    }),
  );

  test('were seen in every folder', () => {
    for (const folder of folders)
      expect(edges.filter(({ from }) => from === folder).length, folder).toBeGreaterThan(0);
  });

  test('follow the table', () => {
    const forbidden = edges.filter(({ from, to }) => from !== to && !(allowed[from] ?? []).includes(to));
    expect(forbidden.map(({ path, specifier }) => `${path} imports ${specifier}`)).toEqual([]);
  });

  test('go to another folder by its name, never by the way to it', () => {
    const wandering = edges.filter(({ from, to, specifier }) => from !== to && specifier.startsWith('.'));
    expect(wandering.map(({ path, specifier }) => `${path} imports ${specifier}`)).toEqual([]);
  });
});

describe('numbers of the foreign interface', () => {
  test.each([
    ['errors', /\bEBADFD\b\W{1,4}77\b|\b77\W{1,4}EBADFD\b/, 'spec/msg-ring/errno.ts'],
    ['setup flags', /\bR_DISABLED: (1 <<|\d)/, 'spec/msg-ring/flags.ts'],
    ['entry flags', /\bIO_HARDLINK: (1 <<|\d)/, 'spec/msg-ring/flags.ts'],
  ])('of %s stand once', (_, pattern, home) => {
    const homes = sources.filter(({ path, text }) => !isTest(path) && pattern.test(text));
    expect(homes.map(({ path }) => path)).toEqual([home]);
  });
});

describe('packages', () => {
  /** Packages that only some files may import. */
  const homes: Readonly<Record<string, (path: string) => boolean>> = {
    koffi: (path) => path.startsWith('adapters/linux/'),
    vitest: (path) => isTest(path) || /^(adapters\/contract|conformance\/vitest(\.config)?)\.ts$/.test(path),
    '@fast-check/vitest': (path) => isTest(path) || path === 'conformance/vitest.ts',
    ajv: (path) => path === 'spec/generate-validators.ts' || isTest(path),
    'json-schema-to-typescript': (path) => path === 'spec/generate-types.ts',
    rolldown: (path) => path === 'conformance/cli/rolldown.config.ts',
    commander: (path) => path.startsWith('conformance/cli/'),
    picocolors: (path) => path.startsWith('conformance/cli/') || path.startsWith('reports/'),
    'cli-progress': (path) => path.startsWith('conformance/cli/'),
  };

  test.each(Object.entries(homes))('%s stays where it belongs', (name, isHome) => {
    const importers = packageImports.filter((entry) => entry.name === name).map(({ path }) => path);
    expect(importers.length).toBeGreaterThan(0);
    expect(importers.filter((path) => !isHome(path))).toEqual([]);
  });

  test('that are not installed with ours are imported by tools and tests alone', () => {
    const installed = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies ?? {}),
      ...Object.keys(manifest.peerDependencies ?? {}),
    ]);
    const isTool = (path: string) =>
      isTest(path) || /^spec\/generate-|\.config\.ts$|^conformance\/cli\/bench/.test(path);
    const others = packageImports.filter(({ name }) => !name.startsWith('node:') && !installed.has(name));
    expect(others.length).toBeGreaterThan(0);
    expect(
      others.filter(({ path }) => !isTool(path)).map(({ path, name }) => `${path} imports ${name}`),
    ).toEqual([]);
  });
});

describe('the model', () => {
  const model = sources.filter(({ path }) => path.startsWith('model/') && !isTest(path));
  const without = (pattern: RegExp) => {
    expect(model.length).toBeGreaterThan(5);
    expect(model.filter(({ text }) => pattern.test(text)).map(({ path }) => path)).toEqual([]);
  };

  test('runs anywhere: it imports nothing of node', () => without(/'node:/));
  test('has no clock and no chance', () =>
    without(/\bDate\.now|\bnew Date\b|\bperformance\.|\bMath\.random/));
  test('forgets no case: matches are exhaustive', () => without(/\.otherwise\(/));
});

describe('folders', () => {
  test.each(folders.filter((folder) => !folder.includes('/')))(
    '%s has a front door and says what is behind it',
    (folder) => {
      expect(existsSync(join(top, folder, 'index.ts'))).toBe(true);
      expect(existsSync(join(top, folder, 'README.md'))).toBe(true);
    },
  );

  test('no file is named after no idea', () => {
    expect(sources.length).toBeGreaterThan(50);
    expect(
      sources.filter(({ path }) => /\b(utils?|helpers?|common|misc)\b/.test(path)).map(({ path }) => path),
    ).toEqual([]);
  });

  test('every source opens with a word on its part in the whole', () => {
    const hand = sources.filter(
      ({ path }) => !isTest(path) && !isGenerated(path) && !path.endsWith('.config.ts'),
    );
    expect(hand.length).toBeGreaterThan(50);
    expect(hand.filter(({ text }) => !/^(#!.*\n)?(\/\*\*|\/\/ )/.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
  });
});

describe('texts', () => {
  const texts = files
    .filter((path) =>
      /\.(ts|json|jsonl|md|txt|yml|js|c|h)$|(^|\/)(run|LICENSE|\.npmrc|\.gitignore)$/.test(path),
    )
    .map((path) => ({ path, lines: textOf(path).split('\n') }));
  const finding = (pattern: RegExp, except: (path: string) => boolean = () => false) => {
    expect(texts.length).toBeGreaterThan(50);
    return texts
      .filter(({ path }) => !except(path))
      .flatMap(({ path, lines }) =>
        lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
      );
  };

  test('leave nothing to do without saying why', () => {
    const words = ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X'].join('|');
    expect(finding(new RegExp(`\\b(?:${words})\\b(?!(?:\\([^)]+\\))?: \\S+ \\S+)`))).toEqual([]);
  });

  test('name no path of a machine', () => {
    const here = dirname(resolve(top)).replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    // A checkout directly below the root has no folder of its own to give away.
    const own = here.length > 1 ? `${here}/|` : '';
    expect(
      finding(
        new RegExp(`${own}/home/[a-z]|/Users/[A-Za-z]|[A-Z]:\\\\\\\\Users`),
        (path) => path === 'conformance/tidy.test.ts',
      ),
    ).toEqual([]);
  });

  test('name no place that packages come from', () => {
    expect(
      finding(new RegExp(`"reso${'lved'}": "http|regis${'try'}\\.[a-z]+\\.[a-z]+|\\bregis${'try'}=`)),
    ).toEqual([]);
  });

  test('end with a line', () => {
    const unfinished = texts
      .filter(({ lines }) => lines.length > 1 && lines.at(-1) !== '')
      .map(({ path }) => path);
    expect(unfinished).toEqual([]);
  });
});

describe('links in Markdown', () => {
  const withoutCode = (text: string) =>
    text.replaceAll(/^(```+)[\s\S]*?^\1/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const headings = (path: string): readonly string[] =>
    [...withoutCode(textOf(path)).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
  const pages = files.filter((path) => path.endsWith('.md'));
  const links = pages.flatMap((path) =>
    [...withoutCode(textOf(path)).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) =>
      /^[a-z]+:/.test(link) ? [] : [{ path, link }],
    ),
  );

  test('were found', () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(links.length).toBeGreaterThan(0);
  });

  test('lead somewhere', () => {
    const broken = links.filter(({ path, link }) => {
      const [to = '', anchor] = link.split('#');
      const file = to === '' ? path : relative(top, resolve(top, dirname(path), decodeURIComponent(to)));
      if (!existsSync(join(top, file))) return true;
      if (anchor === undefined || statSync(join(top, file)).isDirectory() || !file.endsWith('.md'))
        return false;
      return !headings(file).includes(anchor);
    });
    expect(broken.map(({ path, link }) => `${path}: ${link}`)).toEqual([]);
  });
});
