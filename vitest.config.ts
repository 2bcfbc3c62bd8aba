import { defineConfig } from 'vitest/config';

const conditions = ['@diff/source'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['{packages,examples}/*/src/**/*.test.ts', 'tests/**/*.test.ts', 'benchmarks/**/*.test.ts'],
    // What takes minutes is run by `npm run test:long`.
    exclude: [
      '**/node_modules/**',
      ...(process.env.DIFF_LONG ? [] : ['tests/torture/{many-cases,queue,torture}.test.ts']),
    ],
    setupFiles: ['./tools/seed-properties.ts'],
    pool: 'forks',
    maxWorkers: 2,
    // A busy machine takes many times as long as an idle one: that must not fail a test.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    execArgv: ['--conditions=@diff/source'],
    reporters: ['default', './tools/summary-reporter.ts'],
  },
});
