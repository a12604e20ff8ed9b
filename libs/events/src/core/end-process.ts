import type { Says } from './log.js';

/** A consumer that died twice within a minute: whoever runs the process starts a fresh one. */
export const endProcess = (says: Says) => (error: unknown) => {
  const name = error instanceof Error ? error.name : 'unknown';
  says.error(`The consumer died twice; ending, so that a fresh process takes over. ${name}`);
  process.exit(1);
};
