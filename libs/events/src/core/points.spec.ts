import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@homerealm/testing';
import { transformSync } from '@swc/core';
import { configurePoints, reach } from './points.js';

const source = fileURLToPath(new URL('./points.ts', import.meta.url));

describe('points', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homerealm-points-'));
  const children: ChildProcess[] = [];
  beforeAll(() => {
    const { code } = transformSync(readFileSync(source, 'utf8'), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'es6' },
    });
    writeFileSync(join(folder, 'points.mjs'), code);
  });
  afterEach(() => {
    configurePoints(undefined, 'nobody');
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  function run(environment: Record<string, string> = {}) {
    const script = `
      import { appendFileSync, existsSync } from 'node:fs';
      import { configurePoints, reach } from './points.mjs';
      configurePoints('${folder}', 'house');
      for (;;) {
        appendFileSync('${folder}/steps', 'before\\n');
        reach('relay.sent');
        appendFileSync('${folder}/steps', 'after\\n');
        if (existsSync('${folder}/enough')) process.exit(0);
        await new Promise((resume) => setTimeout(resume, 5));
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: '', ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    children.push(child);
    return child;
  }
  const steps = () => readFileSync(join(folder, 'steps'), 'utf8').trim().split('\n');

  it('do nothing unless configured', () => {
    writeFileSync(join(folder, 'house.relay.read.KILL'), '');
    reach('relay.read');
    expect(existsSync(join(folder, 'house.relay.read.KILL'))).toBe(true);
  });

  it('let the process kill itself there, once', async () => {
    const child = run();
    await eventually(() => steps().includes('after'));
    writeFileSync(join(folder, 'house.relay.sent.KILL'), '');
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    expect(steps().at(-1)).toBe('before');
    expect(readdirSync(folder)).toContain(`house.relay.sent.KILL.${child.pid}.hit`);
    expect(existsSync(join(folder, 'house.relay.sent.KILL'))).toBe(false);
  });

  it('let it stand still until it is continued', async () => {
    const child = run();
    writeFileSync(join(folder, 'house.relay.sent.STOP'), '');
    await eventually(() => readdirSync(folder).includes(`house.relay.sent.STOP.${child.pid}.hit`));
    await eventually(() => readFileSync(`/proc/${child.pid}/stat`, 'utf8').includes(') T '));
    expect(steps().at(-1)).toBe('before');
    writeFileSync(join(folder, 'enough'), '');
    child.kill('SIGCONT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('are refused in production', async () => {
    const child = run({ NODE_ENV: 'production' });
    let words = '';
    child.stderr?.on('data', (text) => (words += String(text)));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(words).toContain('CRASH_POINTS is for tests');
  });
});
