import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from './free-port.js';
import type { KafkaOptions, RunningKafka } from './kafka-types.js';
import { kafkaCache, kafkaVersion } from './kafka-choice.js';
import { leash, type Leashed } from './leash.js';

const run = promisify(execFile);
const java = () => (process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin/java') : 'java');

/** The broker's recipe lies in the repository; we may run from src, from dist or from a bundle of either. */
function recipeFolder(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const recipe = join(folder, 'deploy/local/kafka');
    if (existsSync(join(recipe, 'pom.xml'))) return recipe;
    if (folder === dirname(folder)) throw new Error('deploy/local/kafka is not there');
  }
}

/** Starts a one-node broker from the jars of Maven Central, on free loopback ports. */
export async function startJavaKafka(options: KafkaOptions, says: (line: string) => void): Promise<RunningKafka> {
  await checkJava();
  const libs = await fetchJars(says);
  const temporary = options.dataDir === undefined;
  const home = options.dataDir ? resolve(options.dataDir) : await mkdtemp(join(tmpdir(), 'homerealm-kafka-'));
  await mkdir(home, { recursive: true });
  const port = options.port ?? (await freePort());
  const told = (await options.advertise?.(port)) ?? port;
  await writeSettings(home, port, told);
  await format(home, libs);
  const boot = () => startBroker(home, libs, temporary);
  let broker = await boot();
  return {
    brokers: [`127.0.0.1:${told}`],
    choice: `Apache Kafka ${kafkaVersion} on Java, at 127.0.0.1:${told}`,
    get pid() {
      return broker.pid;
    },
    stop: () => broker.kill(),
    start: async () => {
      broker = await boot();
    },
    close: async () => {
      await broker.end();
      if (temporary) await rm(home, { recursive: true, force: true });
    },
  };
}

async function checkJava(): Promise<void> {
  const { stderr } = await run(java(), ['-version']);
  const version = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  if (version < 17) throw new Error(`Apache Kafka ${kafkaVersion} needs Java 17 or newer; here is Java ${version}`);
}

/** Brings the jars into the user's cache, once, also when several ask at the same time. */
async function fetchJars(says: (line: string) => void): Promise<string> {
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
  says(`Fetching Apache Kafka ${kafkaVersion} with Maven (44 MB, once) …`);
  const lock = `${cache}.lock`;
  const alive = setInterval(() => void utimes(lock, new Date(), new Date()).catch(() => {}), 5000);
  const building = `${cache}-${process.pid}`;
  try {
    await mkdir(building, { recursive: true });
    await copyFile(join(recipeFolder(), 'pom.xml'), join(building, 'pom.xml'));
    const args = ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'];
    await run('mvn', args, { cwd: building, maxBuffer: 1 << 24 });
    await writeFile(join(building, 'complete'), '');
    await rm(cache, { recursive: true, force: true });
    await rename(building, cache);
  } finally {
    clearInterval(alive);
    await rm(building, { recursive: true, force: true });
  }
}

async function writeSettings(home: string, port: number, told: number): Promise<void> {
  const recipe = recipeFolder();
  const values: Record<string, string> = {
    PORT: String(port),
    ADVERTISED_PORT: String(told),
    CONTROLLER_PORT: String(await freePort()),
    DATA: join(home, 'data'),
  };
  const template = await readFile(join(recipe, 'server.properties'), 'utf8');
  const filled = template.replace(/\$\{(\w+)\}/g, (_whole, name: string) => values[name] ?? '');
  await writeFile(join(home, 'server.properties'), filled);
  await copyFile(join(recipe, 'log4j2.properties'), join(home, 'log4j2.properties'));
}

const fast = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-XX:-UsePerfData'];

async function format(home: string, libs: string): Promise<void> {
  if (existsSync(join(home, 'data', 'meta.properties'))) return;
  const tool = [...fast, '-cp', `${libs}/*`, 'kafka.tools.StorageTool'];
  // Any 16 bytes in base64url name a cluster.
  const id = Buffer.from(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256))).toString('base64url');
  await run(java(), [...tool, 'format', '--ignore-formatted', '-t', id, '-c', join(home, 'server.properties')]);
}

async function startBroker(home: string, libs: string, temporary: boolean): Promise<Leashed> {
  const lines: string[] = [];
  const broker = await leash({
    command: java(),
    args: [
      '-Xms256m',
      '-Xmx512m',
      ...fast,
      `-Dlog4j2.configurationFile=${join(home, 'log4j2.properties')}`,
      '-cp',
      `${libs}/*`,
      'kafka.Kafka',
      join(home, 'server.properties'),
    ],
    // Temporary data need no farewell; a broker that stays is asked politely.
    signal: temporary ? 'KILL' : 'TERM',
    folder: temporary ? home : undefined,
    cwd: '/',
    onLine: (line) => {
      lines.push(line);
      if (lines.length > 30) lines.shift();
    },
  });
  const ended = broker.exited.then(() => {
    throw new Error(`the Kafka broker ended:\n${lines.join('\n')}`);
  });
  const { waitForBroker } = await import('./kafka-ready.js');
  const settings = await readFile(join(home, 'server.properties'), 'utf8');
  const address = /^advertised\.listeners=PLAINTEXT:\/\/(.+)$/m.exec(settings)?.[1] ?? '';
  await Promise.race([waitForBroker(address), ended]);
  ended.catch(() => {});
  broker.letGo();
  return broker;
}
