import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load, table, writePage } from './write.mjs';

/** Writes the catalogue of refusal codes from every error table of the repository. */
const root = fileURLToPath(new URL('../../..', import.meta.url));
const { statuses } = await load('libs/platform/dist/problem.js');

const found = new Map();
for (const folder of ['apps', 'libs'].flatMap((kind) =>
  readdirSync(join(root, kind)).map((name) => `${kind}/${name}`),
)) {
  const dist = `${folder}/dist`;
  if (!existsSync(join(root, dist))) continue;
  const files = readdirSync(join(root, dist), { recursive: true })
    .filter((file) => /\.errors\.js$|management-tokens\.js$/.test(file))
    .sort();
  for (const file of files) {
    for (const exported of Object.values(await load(`${dist}/${file}`))) {
      for (const [code, { kind, says }] of Object.entries(exported?.table ?? {})) {
        const where = found.get(code)?.where ?? [];
        found.set(code, { kind, says, where: [...new Set([...where, folder])] });
      }
    }
  }
}

writePage('docs/generated/errors.md', [
  '# Refusal codes',
  '',
  'Codes are stable. Answers carry them as `code` in `application/problem+json`; sign-in attempts carry them in their',
  'record. Texts may change.',
  '',
  ...table(
    ['code', 'status', 'says', 'where'],
    [...found]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([code, { kind, says, where }]) => [`\`${code}\``, statuses[kind] ?? kind, says, where.join(', ')]),
  ),
]);
