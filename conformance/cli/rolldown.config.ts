/** The bundle: the command line in chunks that load when they are asked for, the kernel agent, the benchmarks. */

import { defineConfig } from 'rolldown';

export default defineConfig({
  input: {
    doorbell: 'conformance/cli/main.ts',
    'linux-agent': 'adapters/linux/agent.ts',
    bench: 'conformance/cli/bench.ts',
  },
  platform: 'node',
  external: ['koffi', '#linux-agent'],
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
  },
});
