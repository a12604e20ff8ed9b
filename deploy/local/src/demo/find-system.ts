import { join } from 'node:path';
import { answersOk } from '../http.js';
import { type LocalFile, readLocalFile } from '../local-file.js';
import { freePortBase } from '../ports.js';
import type { Say } from '../say.js';
import { checkout, startLocalSystem } from '../system.js';

export type FoundSystem = { file: LocalFile; end(): Promise<void> };

/** The local system that runs in this checkout, or one of our own beside it, on spare ports and throw-away data. */
export async function findSystem(say: Say, signal: AbortSignal): Promise<FoundSystem> {
  const running = await readRunning();
  if (running) {
    say(`Using the system that runs at ${running.urls.gateway}.`);
    return { file: running, end: async () => {} };
  }
  say('No local system runs here: starting one for the demo …');
  const system = await startLocalSystem({ portBase: await freePortBase(), say, signal });
  return { file: system.localFile(), end: () => system.stop() };
}

async function readRunning(): Promise<LocalFile | undefined> {
  const file = readLocalFile(join(checkout, '.homerealm', 'local.json'));
  if (!file) return undefined;
  const urls = [file.urls.gateway, file.urls.registry, file.urls.directory];
  const answers = await Promise.all(urls.map((url) => answersOk(`${url}/readyz`)));
  return answers.every((ready) => ready) ? file : undefined;
}
