import { assertionFaults, samlFaults, wsfedFaults } from './faults/assertion.faults.js';
import { federationMetadataFaults } from './faults/federation-metadata.faults.js';
import type { FaultRow } from './faults/row.js';
import { app, contoso } from './fixtures/bench.js';
import { prepareFederation } from './fixtures/federation-bench.js';
import {
  startFederationConnectorBench,
  verdict,
  type FederationConnectorBench,
} from './fixtures/federation-connector-bench.js';
import { seed } from './seed.js';

let bench: FederationConnectorBench;
beforeAll(async () => void (bench = await startFederationConnectorBench()));
afterAll(() => bench.close());
beforeEach(() => bench.prepare());

const { anna, dev } = seed.people;
const doors = ['saml', 'wsfed'] as const;
const refusal = /^upstream\.[\w-]+ upstream\.[\w-]+$/;
const either = /^account$|^upstream\.[\w-]+ upstream\.[\w-]+$/;
const arm = (name: string) => bench.sim('POST', '/faults', { name });

describe.each(doors)('by %s', (door) => {
  it('a person is the same account as by OpenID, with groups from the assertion', async () => {
    const outcome = await bench.signIn(door);
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'entra', tenantId: contoso.id, objectId: anna.oid },
        claims: { email: anna.mail, displayName: anna.displayName },
        groups: { completeness: 'complete', groups: [...anna.groups].sort() },
      },
    });
  });

  it('more groups than an assertion carries are asked for at Graph, not where the link leads', async () => {
    const outcome = await bench.signIn(door, { loginHint: dev.userPrincipalName });
    expect(outcome).toMatchObject({
      account: { groups: { completeness: 'complete', source: 'graph', groups: [...dev.groups].sort() } },
    });
  });

  it.each(['response', 'both'] as const)('the app may sign %s', async (signing) => {
    await prepareFederation(bench, { signing });
    expect(verdict(await bench.signIn(door))).toBe('account');
  });

  it('A22: a certificate that the metadata shows only now opens the door, once it was read again', async () => {
    const before = await bench.readMetadata(door);
    const added = await bench.sim('POST', `/apps/${app.clientId}/certificates`, { published: false });
    const { thumbprintSha256 } = (await added.json()) as { thumbprintSha256: string };
    await bench.sim('POST', `/apps/${app.clientId}/certificates/${thumbprintSha256}/activate`);
    const changes = { connectionId: `conn_${door}_rollover`, metadata: before };
    expect(verdict(await bench.signIn(door, { changes }))).toBe('account');
  });

  const rows: [string, FaultRow][] = Object.entries({
    ...assertionFaults,
    ...(door === 'saml' ? samlFaults : wsfedFaults),
  });
  it.each(rows)('%s', async (name, { outcome }) => {
    await arm(name);
    const first = name === 'assertion-replayed-id' ? [verdict(await bench.signIn(door))] : [];
    const seen = verdict(await bench.signIn(door));
    expect(first).toEqual(first.map(() => 'account'));
    expect(seen).toMatch(outcome === 'refused' ? refusal : either);
    expect(seen).not.toContain('unexpected');
  });

  it('assertion-transient is refused where people are known by nothing else', async () => {
    await arm('assertion-transient');
    const changes = { tenantId: null };
    expect(verdict(await bench.signIn(door, { changes }))).toBe('upstream.subject upstream.subject-transient');
  });

  it.each(['federation-metadata-wrong-entity', 'federation-metadata-foreign-endpoints'])(
    '%s: what was read before stays in use',
    async (name) => {
      const changes = { connectionId: `conn_${door}_${name}`, metadata: await bench.readMetadata(door) };
      await arm(name);
      expect(verdict(await bench.signIn(door, { changes }))).toBe('account');
    },
  );
});

/** Those that cannot be read at all; whether it is the right provider's is for the connection to say. */
const unreadable = Object.keys(federationMetadataFaults).filter((name) => !/wrong-entity|foreign/.test(name));

it.each(unreadable)('%s gives no metadata', async (name) => {
  await arm(name);
  await expect(bench.readMetadata('saml')).rejects.toMatchObject({ code: expect.stringMatching(/^upstream\./) });
});
