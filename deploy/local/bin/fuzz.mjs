import { ensureInstalled } from './ensure-installed.mjs';
import { inRoot, main, workFolder } from './repository.mjs';
import { runChild } from './run-child.mjs';

/** Only what is ours is put together. */
const librariesStayOutside = {
  name: 'libraries-stay-outside',
  setup: (making) =>
    making.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@homerealm/') ? undefined : { path, external: true },
    ),
};

/** `npm run fuzz [-- --minutes 10 --seed N]`: posts anything to the WS-Federation and SAML doors; docs/fuzz-report.md. */
await main(async (args) => {
  await ensureInstalled();
  const { build } = await import('esbuild');
  const outfile = `${workFolder('cache')}/fuzz.mjs`;
  await build({
    entryPoints: [inRoot('libs/connectors/src/federation/fixtures/fuzz.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@homerealm/source'],
    plugins: [librariesStayOutside],
  });
  const { code } = await runChild(process.execPath, [outfile, ...args]);
  return code;
});
