import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = fileURLToPath(new URL('fixtures/architecture', import.meta.url));

type Report = { summary: { violations: { from: string; rule: { name: string } }[]; totalCruised: number } };

/** Reads every import below a folder by the rules of `.config/dependency-cruiser.cjs`. */
async function cruise(folder: string): Promise<Report['summary']> {
  const program = `${root}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;
  const config = `${root}.config/dependency-cruiser.cjs`;
  const args = [program, '--config', config, '--output-type', 'json', 'apps', 'libs'];
  // The exit code counts violations, and the report is on stdout either way.
  const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 64 * 1024 * 1024 }).catch(
    (error: { stdout: string }) => error,
  );
  return (JSON.parse(stdout) as Report).summary;
}

const broken: [rule: string, file: string][] = [
  ['domain-is-pure', 'apps/shop/src/domain/price.ts'],
  ['use-cases-know-no-edges', 'apps/shop/src/use-cases/sell.ts'],
  ['use-cases-know-no-tools', 'apps/shop/src/use-cases/pack.ts'],
  ['edges-do-not-touch', 'apps/shop/src/http/counter.controller.ts'],
  ['only-stores-know-the-database', 'apps/shop/src/http/till.controller.ts'],
  ['apps-share-only-libs', 'apps/shop/src/clients/bank.client.ts'],
  ['libs-know-no-apps', 'libs/events/src/upward.ts'],
  ['domain-lib-stands-alone', 'libs/domain/src/word.ts'],
  ['contracts-know-words-only', 'libs/contracts/src/topic.ts'],
  ['connectors-know-protocols-only', 'libs/connectors/src/door.ts'],
  ['platform-knows-words-only', 'libs/platform/src/floor.ts'],
  ['events-know-contracts-only', 'libs/events/src/relay.ts'],
  ['outside-needs-no-framework', 'libs/events/src/consumer/index.ts'],
  ['kafka-in-one-place', 'apps/shop/src/kafka.ts'],
  ['passport-in-one-place', 'apps/shop/src/passport.ts'],
  ['testing-stays-in-tests', 'apps/shop/src/rig.ts'],
  ['no-cycles', 'apps/shop/src/egg.ts'],
  ['not-to-unresolvable', 'apps/shop/src/lost.ts'],
];

describe('the house', () => {
  it('breaks none of its import rules, and all of it was read', async () => {
    const { violations, totalCruised } = await cruise(root);
    expect(violations.map(({ from, rule }) => `${rule.name}: ${from}`)).toEqual([]);
    expect(totalCruised).toBeGreaterThan(350);
  }, 180_000);
});

describe('the import rules', () => {
  let violations: Report['summary']['violations'];
  beforeAll(async () => {
    violations = (await cruise(fixture)).violations;
  });

  it.each(broken)('%s bites %s', (rule, file) => {
    expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('bite where they should, and nowhere else', () => {
    const bitten = violations.map(({ from, rule }) => `${rule.name} ${from}`);
    const expected = broken.map(([rule, file]) => `${rule} ${file}`);
    const alsoTrue = ['no-cycles apps/shop/src/hen.ts', 'edges-do-not-touch apps/shop/src/http/counter.controller.ts'];
    expect(bitten.filter((line) => !expected.includes(line) && !alsoTrue.includes(line))).toEqual([]);
  });

  it('are each shown to bite', async () => {
    const { default: config } = (await import(`${root}.config/dependency-cruiser.cjs`)) as {
      default: { forbidden: { name: string }[] };
    };
    expect(config.forbidden.map(({ name }) => name).sort()).toEqual(broken.map(([rule]) => rule).sort());
  });
});
