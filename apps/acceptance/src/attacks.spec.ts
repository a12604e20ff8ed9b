import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Files that hold tests, wherever they are. */
const testFiles = ['apps', 'libs', 'deploy'].flatMap((folder) =>
  readdirSync(`${root}${folder}`, { recursive: true, encoding: 'utf8' })
    .filter(
      (path) =>
        /\.(spec|accept|journeys)\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\/|\/attacks\.spec\.ts$/.test(path),
    )
    .map((path) => `${root}${folder}/${path}`),
);

/** Ids in titles, as in `it('A7: …')` and `describe('A13, A15: …')`, with the files they stand in. */
function titles(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const path of testFiles) {
    for (const [, ids = ''] of readFileSync(path, 'utf8').matchAll(/['"`]((?:A\d+(?:, )?)+): /g)) {
      for (const id of ids.split(', ')) found.set(id, (found.get(id) ?? new Set()).add(basename(path)));
    }
  }
  return found;
}

type Row = { id: string; threat: string; defence: string; tests: string };

/** The rows of the table of attacks: id, threat, defence, and the tests, or why there is none. */
function rows(): Row[] {
  const text = readFileSync(`${root}docs/security.md`, 'utf8');
  return [...text.matchAll(/^\| (A\d+) +\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)].map(
    ([, id = '', threat = '', defence = '', tests = '']) => ({ id, threat, defence, tests }),
  );
}

const upTo = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => `A${first + n}`);

describe('the table of attacks in docs/security.md', () => {
  const table = rows();
  const named = titles();

  it('has a row for every case, in order', () => {
    expect(table.map(({ id }) => id)).toEqual(upTo(1, 56));
  });

  it.each(table)('$id names tests whose titles name it, or says why there is none', ({ id, tests }) => {
    const files = [...tests.matchAll(/([\w.-]+\.(?:spec|accept|journeys))/g)].map(([file]) => `${file}.ts`);
    if (files.length === 0) expect(tests).toMatch(/^(not built|does not apply): .{20,}/);
    for (const file of files)
      expect([file, [...(named.get(id) ?? [])]]).toEqual([file, expect.arrayContaining([file])]);
  });

  it('knows every test that is named after a case', () => {
    const unlisted = [...named].flatMap(([id, files]) => {
      const row = table.find((one) => one.id === id);
      return [...files]
        .filter((file) => !row?.tests.includes(file.replace(/\.ts$/, '')))
        .map((file) => `${id} ${file}`);
    });
    expect(unlisted).toEqual([]);
  });
});
