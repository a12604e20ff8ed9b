import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getReady } from '../local/bin/get-ready.mjs';
import { PlainFailure, main, say } from '../local/bin/repository.mjs';

/**
 * Checks the container files as far as that goes without a container engine: the compose file against its schema and
 * against the settings each service declares, the Dockerfile against our rules, its build script by running it, and each
 * bundle by starting it with the compose file's own environment on a real database.
 */
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => readFileSync(join(root, path), 'utf8');
const services = ['auth-gateway', 'connection-registry', 'identity-directory', 'profile-sync'];

await main(async () => {
  await getReady();
  const { readCompose, readDotEnv, schemaProblems, environmentOf, dockerfileProblems, settingsProblems } =
    await import('../local/dist/images/index.js');
  const { startPostgres } = await import('../../libs/testing/dist/index.js');
  const { freePort } = await import('../local/dist/ports.js');
  const compose = readCompose(read('docker-compose.yml'));
  const env = readDotEnv(freshEnv());
  report('docker-compose.yml against the Compose Specification', schemaProblems(compose));
  report('service.Dockerfile', dockerfileProblems(read('deploy/docker/service.Dockerfile')));
  const server = await startPostgres();
  try {
    for (const service of services) await checkService(service);
  } finally {
    await server.stop();
  }
  sayAboutEngine();

  async function checkService(service) {
    const { config } = await import(join(root, 'apps', service, 'dist', 'config.js'));
    report(`${service}: settings in the compose file`, settingsProblems(service, config, compose, env));
    buildLikeTheImage(service);
    await startsWith(service, environmentOf(compose, service, env), { server, port: await freePort() });
  }
});

function report(what, problems) {
  if (problems.length > 0)
    throw new PlainFailure(`${what}:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  say(`  ok  ${what}`);
}

function freshEnv() {
  return execFileSync(process.execPath, [join(root, 'deploy/docker/make-env.mjs')], { encoding: 'utf8' });
}

function buildLikeTheImage(service) {
  try {
    execFileSync('sh', [join(root, 'deploy/docker/build.sh'), service], { cwd: root, stdio: 'pipe', encoding: 'utf8' });
  } catch (problem) {
    throw new PlainFailure(`${service}: the image's build script failed:\n${problem.stdout}${problem.stderr}`);
  }
  say(`  ok  ${service}: the image's build script`);
}

/**
 * The bundle is run where nothing but node is at hand: in a folder of its own with no node_modules above it, with the
 * compose file's settings but for a real database and the log in Postgres. It has to answer, as it would in the container.
 */
async function startsWith(service, environment, { server, port }) {
  const folder = mkdtempSync(join(tmpdir(), `homerealm-${service}-`));
  cpSync(join(root, 'dist', service), folder, { recursive: true });
  const env = {
    PATH: process.env.PATH,
    ...environment,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: await server.createDatabase(service),
    EVENT_LOG: 'postgres-log',
    EVENT_LOG_DATABASE_URL: await server.createDatabase('event_log'),
  };
  const child = spawn(process.execPath, ['--enable-source-maps', 'main.js'], { cwd: folder, env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    if (!(await turnsHealthy(folder, env, child))) {
      throw new PlainFailure(`${service}: the bundle does not come up:\n${said.slice(-3000)}`);
    }
    say(`  ok  ${service}: the bundle comes up, its health check says so`);
    commandWorks(service, folder, env);
  } finally {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The command beside the service, found on the PATH and with the service's settings, as `docker exec` runs it. */
function commandWorks(service, folder, env) {
  const surroundings = { cwd: '/', env: { ...env, PATH: `${folder}/bin:${env.PATH}` }, encoding: 'utf8' };
  for (const args of [
    ['parked', 'list', '--json'],
    ['events', 'lag', '--json', '--quick'],
  ]) {
    const { status, stderr } = spawnSync('homerealm', args, surroundings);
    if (status !== 0) throw new PlainFailure(`${service}: homerealm ${args.join(' ')} fails:\n${stderr}`);
  }
  say(`  ok  ${service}: homerealm answers beside it`);
}

/** Asks by the image's own health check. */
async function turnsHealthy(folder, env, child) {
  for (let tries = 0; tries < 120 && child.exitCode === null; tries++) {
    const { status } = spawnSync(process.execPath, ['healthcheck.js'], { cwd: folder, env, stdio: 'ignore' });
    if (status === 0) return true;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return false;
}

function sayAboutEngine() {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    execFileSync('docker', ['compose', 'config', '--quiet'], { cwd: root, stdio: 'pipe', env: { ...process.env } });
    say('  ok  docker compose accepts the file');
  } catch {
    say('  --  no Docker engine with compose and an .env here: the images themselves were not built');
  }
}
