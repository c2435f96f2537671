/** The bundle: the command line in chunks that load when they are asked for, the kernel agent, the benchmarks. */

import { builtinModules } from 'node:module';
import { defineConfig, type Plugin } from 'rolldown';

/**
 * What CommonJS packages require of Node is asked for by name: a `require` of our own, or an import, costs each command
 * several milliseconds. commander's child processes are for subcommands that are programs, of which there are none.
 */
const builtins: Plugin = {
  name: 'builtins',
  resolveId: (source, importer, { kind }) =>
    kind === 'require-call' && builtinModules.includes(source.replace(/^node:/, ''))
      ? `\0builtin:${importer?.includes('/commander/') && source === 'node:child_process' ? 'none' : source}`
      : null,
  load: (id) => {
    if (!id.startsWith('\0builtin:')) return null;
    const name = id.slice('\0builtin:'.length);
    return name === 'none' ? 'module.exports = {};' : `module.exports = process.getBuiltinModule('${name}');`;
  },
};

export default defineConfig({
  input: {
    doorbell: 'conformance/cli/main.ts',
    'linux-agent': 'adapters/linux/agent.ts',
    bench: 'conformance/cli/bench.ts',
  },
  platform: 'node',
  external: ['koffi', '#linux-agent'],
  plugins: [builtins],
  // Nobody imports the entries, so chunks may take from them.
  preserveEntrySignatures: 'allow-extension',
  resolve: { conditionNames: ['doorbell-source', 'node', 'import', 'default'] },
  // spec/ is data and pure functions: a command that lists interfaces need not load the validators of run records.
  treeshake: { moduleSideEffects: [{ test: /^(?!.*node_modules).*[\\/]spec[\\/]/, sideEffects: false }] },
  logLevel: 'warn',
  output: {
    dir: 'dist/bin',
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
    minify: true,
    cleanDir: true,
    // What every command reads, and the lists with it: each file more costs half a millisecond.
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [
        {
          name: 'basics',
          test: /[\\/](cli[\\/](shard-command|output|exit|list|scoped|closest)|spec[\\/](version|errors|interface-name|generated[\\/]names))\.ts$/,
        },
      ],
    },
  },
});
