/**
 * The package as a user gets it: packed, installed into an empty folder, run and compiled against there. Needs a build
 * (`npm test` makes one).
 */

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { interfaceNames } from '#spec/index';

const top = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'doorbell-package-'));

/** Runs a program to its end and gives its standard output; a failure carries what it said. */
const run = (command: string, args: readonly string[], cwd: string): string => {
  // Without the variables of the npm that runs this test, which would tell the inner one to be quiet or elsewhere.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS|VITEST)/.test(name)),
  );
  try {
    return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { readonly stdout?: string; readonly stderr?: string };
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
  }
};

interface Manifest {
  readonly name: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string | { readonly default: string }>>;
}

const manifest = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as Manifest;
let tarball = '';
let packed: readonly string[] = [];

beforeAll(() => {
  if (!existsSync(join(top, 'dist/bin/doorbell.js')))
    throw new Error('nothing is built: run `npm run build` first');
  const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [report] = JSON.parse(run('npm', pack, top)) as readonly {
    readonly filename: string;
    readonly files: readonly { readonly path: string }[];
  }[];
  if (report === undefined) throw new Error('npm pack said nothing');
  tarball = join(folder, report.filename);
  packed = report.files.map(({ path }) => path);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  test('holds every file that the manifest promises', () => {
    const targets = [
      ...Object.values(manifest.bin),
      ...Object.values(manifest.exports),
      ...Object.values(manifest.imports).map((target) =>
        typeof target === 'string' ? target : target.default,
      ),
    ].map((target) => target.replace(/^\.\//, ''));
    expect(targets.length).toBeGreaterThan(10);
    const isThere = (target: string) => {
      const [before = '', after] = target.split('*');
      return packed.some((path) =>
        after === undefined ? path === target : path.startsWith(before) && path.endsWith(after),
      );
    };
    expect(targets.filter((target) => !isThere(target))).toEqual([]);
  });

  test('holds types beside every module that can be imported', () => {
    const modules = Object.values(manifest.exports).filter((target) => target.endsWith('.js'));
    expect(modules.length).toBeGreaterThan(3);
    const types = modules.map((target) => target.replace(/^\.\//, '').replace(/\.js$/, '.d.ts'));
    expect(types.filter((path) => !packed.includes(path))).toEqual([]);
  });

  test('holds the licence and what to read', () => {
    for (const path of ['LICENSE', 'README.md', 'CHANGELOG.md', 'package.json'])
      expect(packed).toContain(path);
  });

  test('holds no tests, tools or build records', () => {
    const unwanted =
      /\.test\.|test\.support|\.tsbuildinfo$|\.config\.|\/spec\/generate[-.]|\bbench\.js|^(spec|model|adapters|conformance|reports)\//;
    expect(packed.length).toBeGreaterThan(50);
    expect(packed.filter((path) => unwanted.test(path))).toEqual([]);
  });
});

describe('installed into an empty folder', () => {
  const user = join(folder, 'user');

  beforeAll(() => {
    mkdirSync(user);
    writeFileSync(
      join(user, 'package.json'),
      JSON.stringify({ name: 'user', private: true, type: 'module' }),
    );
    run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', tarball], user);
  }, 120_000);

  const doorbell = (...args: readonly string[]) => run(join(user, 'node_modules/.bin/doorbell'), args, user);

  test('lists the interfaces', () => {
    const listing = doorbell('list', 'interfaces');
    for (const name of interfaceNames) expect(listing).toContain(name);
  });

  test('knows its version', () => {
    const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(doorbell('--version')).toContain(version);
  });

  test('gives its schemas by name', () => {
    const script = `import schema from '${manifest.name}/schemas/program.schema.json' with { type: 'json' }; console.log(schema.title);`;
    expect(run(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], user)).toBe(
      'Program\n',
    );
  });

  test.each(['nodenext', 'bundler'])('compiles under %s, and a misspelt clause id does not', (resolution) => {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const compile = (source: string): string => {
      writeFileSync(join(user, 'use.ts'), source);
      const options = [
        '--noEmit',
        '--strict',
        '--target',
        'es2023',
        '--module',
        module,
        '--moduleResolution',
        resolution,
      ];
      return run(
        process.execPath,
        [join(top, 'node_modules/typescript/bin/tsc'), ...options, '--types', '', 'use.ts'],
        user,
      );
    };
    const use = (id: string) =>
      [
        `import { checkProgram, type ClauseId, type MsgRingProgram } from '${manifest.name}/spec';`,
        `import * as conformance from '${manifest.name}';`,
        `import * as adapters from '${manifest.name}/adapters';`,
        `import * as model from '${manifest.name}/model';`,
        `export const clause: ClauseId = '${id}';`,
        "const program: MsgRingProgram = { interface: 'msg-ring', steps: [{ op: 'setup', as: 'r0' }] };",
        'export const used = [checkProgram(program), conformance, adapters, model];',
      ].join('\n');
    expect(compile(use('msg-ring/send/res-is-len'))).toBe('');
    expect(() => compile(use('msg-ring/send/res-is-length'))).toThrow(/TS2820|TS2322/);
  });
});
