import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's top folder, without a slash at the end. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '');

/** A path inside the checkout. */
export const inRoot = (...parts) => join(root, ...parts);

/** Folder for what the commands leave behind (git-ignored); made when missing. */
export function workFolder(...parts) {
  const folder = inRoot('.homerealm', ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const hashOf = (text) => createHash('sha256').update(text).digest('hex');

export function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Says something to the person at the terminal. */
export const say = (line = '') => process.stdout.write(`${line}\n`);

/** Ends the command with a plain sentence instead of a stack trace. */
export class PlainFailure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Killing npm leaves its script running: the system only gives it another parent. A command that npm started then ends
 * as if it had been asked to. (The scripts in package.json begin with `exec`, so npm itself is the parent.)
 */
function endWithNpm() {
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  const check = () => process.ppid !== parent && (clearInterval(timer), process.kill(process.pid, 'SIGHUP'));
  const timer = setInterval(check, 1000);
  timer.unref();
}

/** Runs a command's main function; whatever goes wrong ends as words and an exit code. */
export async function main(work) {
  endWithNpm();
  try {
    process.exitCode = (await work(process.argv.slice(2))) ?? process.exitCode ?? 0;
  } catch (problem) {
    process.stderr.write(`\n${problem instanceof PlainFailure ? problem.message : problem.stack}\n`);
    process.exitCode = problem.exitCode ?? 1;
  }
}
