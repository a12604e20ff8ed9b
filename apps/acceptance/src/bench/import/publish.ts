import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../../.homerealm/bench/', import.meta.url));

/** What the figures of an import stand on. */
export const importMachine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, PostgreSQL with fsync, the event log in the same PostgreSQL.`;

/** Prints a table and keeps it as `.homerealm/bench/<name>.md`. */
export function publish(name: string, head: string, table: readonly string[]): void {
  const text = [head, '', ...table, ''].join('\n');
  process.stdout.write(`\n${text}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}${name}.md`, text);
}
