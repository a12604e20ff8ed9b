import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { root } from './repository.mjs';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program in a process group of its own, hands signals on to that group, and leaves nothing of it behind: not
 * when it ends, and not when this process is killed. A second Ctrl-C kills the group at once.
 * Resolves to the exit code as a shell would give it (128 + signal number), `output` being its last lines when `log`
 * names a file that takes the output instead of the terminal.
 */
export async function runChild(command, args, { env = process.env, cwd = root, log, quiet = false } = {}) {
  const piped = Boolean(log) || quiet;
  const child = spawn(command, args, {
    env,
    cwd,
    detached: process.platform !== 'win32',
    stdio: ['ignore', piped ? 'pipe' : 'inherit', piped ? 'pipe' : 'inherit'],
  });
  const output = keepOutput(child, log);
  const group = -child.pid;
  const guardian = startGuardian();
  if (child.pid) guardian?.stdin.write(`watch ${group} SIGTERM\n`);

  let asked = 0;
  // One Ctrl-C may arrive twice, from the terminal and handed on by npm: only a later one is a second one. A hang-up
  // says that nobody is there any more to be impatient.
  const pass = (signal) => {
    const again = asked > 0 && Date.now() - asked > 500 && signal !== 'SIGHUP';
    asked ||= Date.now();
    kill(group, again ? 'SIGKILL' : signal);
  };
  for (const signal of forwarded) process.on(signal, pass);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode, signal) => resolve(signal ? 128 + constants.signals[signal] : exitCode));
    });
    return { code, output: output(), interrupted: asked > 0 };
  } finally {
    for (const signal of forwarded) process.off(signal, pass);
    if (child.pid) await endGroup(group);
    guardian?.stdin.end(`forget ${group}\n`);
  }
}

function keepOutput(child, log) {
  const lines = [];
  const file = log ? createWriteStream(log) : undefined;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      file?.write(chunk);
      lines.push(...chunk.toString().split('\n').filter(Boolean));
      lines.splice(0, Math.max(0, lines.length - 400));
    });
  }
  child.on('close', () => file?.end());
  return () => lines.join('\n');
}

function startGuardian() {
  if (process.platform === 'win32') return undefined;
  const guardian = spawn(process.execPath, [fileURLToPath(new URL('./guardian.mjs', import.meta.url))], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  });
  guardian.unref();
  guardian.stdin.on('error', () => {});
  guardian.stdin.unref?.();
  return guardian;
}

/** What the program left running in its group gets a moment to end, then is killed. */
async function endGroup(group) {
  const deadline = Date.now() + 3000;
  if (!kill(group, 'SIGTERM')) return;
  while (kill(group, 0) && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  kill(group, 'SIGKILL');
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
