import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(`${root}docs/features.md`, 'utf8');
const files = new Set(
  ['apps', 'libs', 'deploy'].flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => !/(^|\/)(node_modules|dist)\//.test(path))
      .map((path) => basename(path)),
  ),
);

describe('the page of features', () => {
  const rows = [...page.matchAll(/^\| (?!-|what )(.+?) +\| (.+?) +\|$/gm)].map(([, what = '', tests = '']) => ({
    what,
    tests,
  }));

  it('has rows', () => expect(rows.length).toBeGreaterThan(30));

  it.each(rows)('names tests that are there: $what', ({ tests }) => {
    const named = tests.split(', ').map((name) => `${name}.ts`);
    expect(named.filter((name) => !files.has(name))).toEqual([]);
  });
});
