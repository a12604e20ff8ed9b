import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Lets the suites of this run share one PostgreSQL and one Kafka. Nothing is started here: a suite asks over HTTP when
 * it needs one, and this process, which outlives all suites, starts it.
 */
export default async function setUp() {
  const { TestServers, chooseKafka } = await loadFromSource();
  const servers = new TestServers();
  const answers = createServer((request, response) => {
    const what = request.url?.slice(1);
    const answer = (status, body) => response.writeHead(status, { connection: 'close' }).end(JSON.stringify(body));
    if (request.method !== 'POST' || (what !== 'postgres' && what !== 'kafka')) return answer(404, { says: 'What?' });
    servers[what]().then(
      (body) => answer(200, body),
      (error) => answer(500, { says: `${what} did not start: ${error.message}` }),
    );
  });
  await new Promise((listening) => answers.listen(0, '127.0.0.1', listening));
  answers.unref();
  process.env.HOMEREALM_TEST_SERVERS = `http://127.0.0.1:${answers.address().port}`;
  process.env.HOMEREALM_KAFKA = await chooseKafka();
  globalThis.homerealmTestServers = { servers, answers };
}

/** Node reads no TypeScript, and a fresh clone has no dist yet. */
async function loadFromSource() {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const folder = join(root, '.homerealm/cache');
  const outfile = join(folder, `test-servers-${process.pid}.mjs`);
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(root, 'libs/testing/src/test-servers.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile, { force: true });
  }
}
