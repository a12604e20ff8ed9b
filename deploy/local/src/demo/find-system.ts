import { join, resolve } from 'node:path';
import { answersOk } from '../http.js';
import { type LocalFile, readLocalFile } from '../local-file.js';
import { PlainFailure } from '../plain-failure.js';
import { freePortBase } from '../ports.js';
import type { Say } from '../say.js';
import { checkout, startLocalSystem } from '../system.js';

export type FoundSystem = { file: LocalFile; end(): Promise<void> };

/**
 * The local system that runs on the data in that folder; without one, the system that runs in this checkout, or one of
 * our own beside it, on spare ports and throw-away data.
 * @throws PlainFailure when none runs on that folder
 */
export async function findSystem(dataDir: string | undefined, say: Say, signal: AbortSignal): Promise<FoundSystem> {
  const folder = resolve(checkout, dataDir ?? '.homerealm');
  const running = await readRunning(join(folder, 'local.json'));
  if (running) {
    say(`Using the system that runs at ${running.urls.gateway}.`);
    return { file: running, end: async () => {} };
  }
  if (dataDir !== undefined) throw new PlainFailure(`No local system runs on the data in ${folder}.`);
  say('No local system runs here: starting one for the demo …');
  const system = await startLocalSystem({ portBase: await freePortBase(), say, signal });
  return { file: system.localFile(), end: () => system.stop() };
}

async function readRunning(path: string): Promise<LocalFile | undefined> {
  const file = readLocalFile(path);
  if (!file) return undefined;
  const urls = [file.urls.gateway, file.urls.registry, file.urls.directory];
  const answers = await Promise.all(urls.map((url) => answersOk(`${url}/readyz`)));
  return answers.every((ready) => ready) ? file : undefined;
}
