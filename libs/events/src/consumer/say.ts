import type { Says } from '../core/log.js';

/** Lines on stderr, for a service that has no log of its own yet. */
export function sayOnStderr(name: string): Says {
  const line = (level: string) => (words: string) => void process.stderr.write(`${name} ${level}: ${words}\n`);
  return { info: line('info'), warn: line('warn'), error: line('error') };
}
