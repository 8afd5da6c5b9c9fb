import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Tests that need no database run once; the others run over each database by name. */
const needsDatabase = ['test/db/**', 'test/core/**', 'test/delivery/**', 'test/faults/**', 'test/flows/**'];

export default defineConfig({
  test: {
    reporters: ['default', './test/support/closing-line.ts'],
    // Real files, sockets and processes on a shared machine: one slow moment is no finding, two are.
    retry: 1,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most of them wait for something most of the time: one worker would leave two cores idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...needsDatabase, 'test/e2e/**'],
        },
      },
      ...(['embedded', 'external'] as const).map((database) => ({
        extends: true as const,
        test: {
          name: database,
          include: needsDatabase.map((folder) => folder.replace('**', '**/*.test.ts')),
          globalSetup: `./test/support/cluster-${database}.ts`,
        },
      })),
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: './test/support/cluster-embedded.ts',
          testTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
