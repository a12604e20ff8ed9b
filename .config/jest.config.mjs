import { availableParallelism } from 'node:os';

/** One Jest run for the whole repository: one Postgres and one Kafka broker are started for it and ended after it. */
export default {
  rootDir: '..',
  projects: [
    '<rootDir>/libs/*/jest.config.mjs',
    '<rootDir>/apps/*/jest.config.mjs',
    '<rootDir>/deploy/local/jest.config.mjs',
  ],
  // The longest suites wait a good part of their time. Twice as many workers as cores starve each other into timeouts.
  maxWorkers: Math.max(2, Math.min(4, availableParallelism() + 1)),
  testSequencer: '<rootDir>/.config/longest-first.cjs',
  // What modules of finished suites leave behind is never given back, and collecting garbage around it takes its time.
  workerIdleMemoryLimit: '1GB',
  // Jest takes this from the run, not from its projects.
  testTimeout: 60_000,
};
