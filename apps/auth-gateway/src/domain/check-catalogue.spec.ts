import { readdirSync, readFileSync } from 'node:fs';
import { upstreamErrors, upstreamChecks } from '@homerealm/connectors';
import { gatewayChecks } from './check-catalogue.js';
import { signInRefusals } from './sign-in-refusals.js';

const root = new URL('../', import.meta.url);
const page = readFileSync(new URL('../../../docs/generated/reasons.md', root), 'utf8');

/** Codes that stand in the sources as a check, whoever makes it. */
function checksInSources(): string[] {
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^(domain|use-cases|clients)\/.*\.ts$/.test(file) && !/\.(spec|conformance)\.ts$/.test(file))
    .filter((file) => !file.endsWith('check-catalogue.ts'));
  const text = files.map((file) => readFileSync(new URL(file, root), 'utf8')).join('\n');
  const made = [
    ...text.matchAll(/check: '([a-z.-]+)'|code: '([a-z.-]+)',\s*(?:outcome|\.\.\.)|withCheck\(\w+, '([a-z.-]+)'/g),
  ];
  return [...new Set(made.flatMap((match) => match.slice(1).filter((code) => code !== undefined)))];
}

describe('the catalogue of reasons', () => {
  it('knows every check that the gateway makes, and no other', () => {
    const made = checksInSources();
    expect(made.length).toBeGreaterThan(20);
    expect(made.filter((code) => !(code in gatewayChecks))).toEqual([]);
    expect(Object.keys(gatewayChecks).filter((code) => !made.includes(code))).toEqual([]);
  });

  it('stands in the docs, whole: refusals of the gateway and of providers, and all checks', () => {
    const codes = [
      ...Object.keys(signInRefusals),
      ...Object.keys(upstreamErrors.table),
      ...Object.keys(gatewayChecks),
      ...upstreamChecks,
    ];
    expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
  });
});
