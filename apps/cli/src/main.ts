#!/usr/bin/env node
import { userInfo } from 'node:os';
import { createInterface } from 'node:readline/promises';
import { configurePoints } from '@homerealm/events/operations';
import { openOutput } from './output.js';
import { runCli } from './run-cli.js';

const ended = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => ended.abort());
// `homerealm events tail | head`: whoever reads us has enough.
process.stdout.on('error', () => ended.abort());

configurePoints(process.env['CRASH_POINTS'], 'homerealm');

process.exitCode = await runCli(process.argv.slice(2), {
  output: openOutput(process.stdout, process.stderr),
  environment: process.env,
  folder: process.cwd(),
  user: whoAmI(),
  signal: ended.signal,
  confirm,
});

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `, { signal: ended.signal })).trim());
  } finally {
    terminal.close();
  }
}

/** In a container the user may have a number and no name. */
function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
