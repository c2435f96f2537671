import { defineConfig } from 'vitest/config';

const conditions = ['doorbell-source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{spec,model,conformance,adapters,reports}/**/*.test.ts'],
    passWithNoTests: false,
    testTimeout: 60_000,
    coverage: {
      provider: 'v8',
      include: ['{spec,model,conformance,adapters,reports}/**/*.ts'],
      exclude: ['**/*.test.ts', 'spec/generated/**', '**/*.config.ts'],
      reportsDirectory: 'node_modules/.cache/coverage',
      reporter: ['text-summary'],
    },
  },
});
