import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseName, Urls } from './parts.js';

/** A person who can sign in, for demonstrations and scripts. */
export type LocalAccount = {
  email: string;
  password: string;
  company: string;
  /** Code of the organization the company's connection belongs to; null when it belongs to the environment. */
  orgCode: string | null;
  groupCount: number;
  note: string;
};

/** What scripts need to know of a running local system: the content of `.homerealm/local.json`. */
export type LocalFile = {
  urls: Urls;
  kafka: { brokers: string[] } | null;
  postgres: Record<DatabaseName, string>;
  /** Where the mails of this system end; `/mails` gives them as JSON. Files of before do not say. */
  mailbox?: { url: string };
  issuer: string;
  admin: { clientId: string; clientSecret: string };
  demoApplication: { clientId: string; clientSecret: string; redirectUri: string; postLogoutRedirectUri: string };
  accounts: LocalAccount[];
  caFile: string;
  processes: Record<string, number>;
};

/** Writes the file for its owner only; a reader sees all of it or none. */
export function writeLocalFile(path: string, content: LocalFile): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

/** Removes the file unless another runner has written it since. */
export function removeLocalFile(path: string, runner: number): void {
  if (readLocalFile(path)?.processes['runner'] === runner) rmSync(path, { force: true });
}

/** The file, or undefined when there is none that can be read. */
export function readLocalFile(path: string): LocalFile | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalFile;
  } catch {
    return undefined;
  }
}
