import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kafkaCache, kafkaVersion } from './kafka-choice.js';

const run = promisify(execFile);
export const java = () => (process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java');

/** The broker's recipe lies in the repository; we may run from src, from dist or from a bundle of either. */
export function recipeFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const recipe = join(folder, 'deploy/local/kafka');
    if (existsSync(join(recipe, 'pom.xml'))) return recipe;
    if (folder === dirname(folder)) throw new Error('deploy/local/kafka is not there');
  }
}

/** @throws Error in plain words when this Java is too old */
export async function checkJava(): Promise<void> {
  const { stderr } = await run(java(), ['-version']);
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  if (version < 17) throw new Error(`Apache Kafka ${kafkaVersion()} needs Java 17 or newer; here is Java ${version}`);
}

/** Brings the jars into the user's cache, once, also when several ask at the same time. */
export async function fetchJars(says: (line: string) => void): Promise<string> {
  const cache = kafkaCache();
  const libs = join(cache, 'libs');
  const complete = join(cache, 'complete');
  await mkdir(dirname(cache), { recursive: true });
  const lock = `${cache}.lock`;
  for (const deadline = Date.now() + 300_000; !existsSync(complete);) {
    const mine = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (mine) {
      await download(cache, says).finally(() => rm(lock, { recursive: true, force: true }));
      continue;
    }
    // A download that was killed leaves its lock behind, but no longer touches it.
    const age = await stat(lock).then(
      (found) => Date.now() - found.mtimeMs,
      () => 0,
    );
    if (age > 30_000) await rm(lock, { recursive: true, force: true });
    if (Date.now() > deadline) throw new Error(`somebody holds ${lock}`);
    await new Promise((resume) => setTimeout(resume, 200));
  }
  return libs;
}

async function download(cache: string, says: (line: string) => void): Promise<void> {
  if (existsSync(join(cache, 'complete'))) return;
  says(`Fetching Apache Kafka ${kafkaVersion()} with Maven (44 MB, once) …`);
  const lock = `${cache}.lock`;
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), 5000);
  const building = `${cache}-${process.pid}`;
  try {
    await mkdir(building, { recursive: true });
    await copyFile(join(recipeFolder(), 'pom.xml'), join(building, 'pom.xml'));
    const args = [
      '-q',
      '-B',
      `-Dkafka.version=${kafkaVersion()}`,
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      '-DoutputDirectory=libs',
    ];
    await run('mvn', args, { cwd: building, maxBuffer: 1 << 24 });
    await writeFile(join(building, 'complete'), '');
    await rm(cache, { recursive: true, force: true });
    await rename(building, cache);
  } finally {
    clearInterval(alive);
    await rm(building, { recursive: true, force: true });
  }
}
