import type { Says } from '../core/log.js';

/** Lines on stderr, for a service that has no log of its own yet. */
export function sayOnStderr(name: string): Says {
  const line = (level: string) => (words: string) => void process.stderr.write(`${name} ${level}: ${words}\n`);
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** A consumer that died twice within a minute: whoever runs the process starts a fresh one. */
export const endProcess = (says: Says) => (error: unknown) => {
  const name = error instanceof Error ? error.name : 'unknown';
  says.error(`The consumer died twice; ending, so that a fresh process takes over. ${name}`);
  process.exit(1);
};
