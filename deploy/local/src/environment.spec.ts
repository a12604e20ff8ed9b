import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeAuthorities, writeCaBundle } from './environment.js';

const simulator = 'https://localhost:4500';

describe('the list of authorities', () => {
  it('holds the Microsoft clouds and the simulator', () => {
    const list = mergeAuthorities(simulator, undefined).split(',');
    expect(list).toContain('https://login.microsoftonline.com=https://graph.microsoft.com');
    expect(list).toContain('https://localhost:4500=https://localhost:4500');
  });

  it('adds what the environment gives', () => {
    const list = mergeAuthorities(simulator, ' https://entra.test=https://graph.test , ').split(',');
    expect(list).toContain('https://entra.test=https://graph.test');
    expect(list).toContain('https://localhost:4500=https://localhost:4500');
    expect(list).not.toContain('');
  });

  it('lets the environment choose another Graph for an authority', () => {
    const list = mergeAuthorities(simulator, 'https://login.microsoftonline.com=https://graph.test').split(',');
    expect(list.filter((entry) => entry.startsWith('https://login.microsoftonline.com='))).toEqual([
      'https://login.microsoftonline.com=https://graph.test',
    ]);
  });
});

describe('the bundle of certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'homerealm-ca-'));
  const bundle = join(folder, 'bundle.pem');
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is our own CA when the environment brings none', () => {
    writeCaBundle(bundle, 'OURS', undefined);
    expect(readFileSync(bundle, 'utf8')).toBe('OURS\n');
  });

  it('adds the file of the environment, on lines of its own', () => {
    const given = join(folder, 'given.pem');
    writeFileSync(given, 'THEIRS');
    writeCaBundle(bundle, 'OURS\n', given);
    expect(readFileSync(bundle, 'utf8')).toBe('OURS\nTHEIRS\n');
  });

  it('says which file is missing', () => {
    expect(() => writeCaBundle(bundle, 'OURS', join(folder, 'gone.pem'))).toThrow(/gone\.pem, which is not there/);
  });
});
