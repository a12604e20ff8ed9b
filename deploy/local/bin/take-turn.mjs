import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PlainFailure, root, say, workFolder } from './repository.mjs';

/**
 * Runs `work` while no other command of this checkout does the same `task`. A lock whose owner is gone is taken over.
 */
export async function takeTurn(task, work) {
  const file = lockFile(task);
  let told = false;
  while (!take(file)) {
    if (!told) say(`Another command is already ${task}; waiting for it to finish …`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    release();
    process.off('exit', release);
  }
}

function lockFile(task) {
  try {
    return join(workFolder(), `${task.replaceAll(/\W+/g, '-')}.lock`);
  } catch (problem) {
    throw new PlainFailure(
      `The folder ${root} cannot be written to by the user "${userInfo().username}" (${problem.code}).\n` +
        'Clone the repository as the user who runs it, or give the folder to that user.',
    );
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (problem) {
    if (problem.code !== 'EEXIST') throw problem;
  }
  if (isAbandoned(file)) rmSync(file, { force: true });
  return false;
}

/** A file that was just made may still be empty; one that stays empty belongs to nobody. */
function isAbandoned(file) {
  try {
    const owner = Number(readFileSync(file, 'utf8'));
    return owner ? !isAlive(owner) : Date.now() - statSync(file).mtimeMs > 2000;
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (problem) {
    return problem.code === 'EPERM';
  }
}
