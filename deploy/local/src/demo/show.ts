import type { Say } from '../say.js';

/** Prints a title and an indented JSON text; long lists by their beginning and their length. */
export function showJson(say: Say, title: string, value: unknown): void {
  say(`\n── ${title}`);
  const text = JSON.stringify(value, shorten, 2) ?? 'null';
  for (const line of text.split('\n')) say(`  ${line}`);
}

function shorten(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.length > 160) return `${value.slice(0, 80)}… (${value.length} characters)`;
  if (!Array.isArray(value) || value.length <= 10) return value;
  return [...(value as unknown[]).slice(0, 10), `… ${value.length - 10} more`];
}

/** The claims of a JWT, for showing. */
export const claimsOf = (jwt: string): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
