import { createPublicKey, X509Certificate } from 'node:crypto';
import type { CredentialResponse } from '@homerealm/contracts';
import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { type EntraStub, startEntraStub } from './fixtures/entra-stub.js';
import {
  canary,
  override,
  type RegistryOptions,
  type RunningRegistry,
  startRegistry,
} from './fixtures/running-registry.js';
import { Probes } from './use-cases/upkeep/probes.port.js';
import { ProbeDue } from './use-cases/upkeep/probe-due.js';
import { TellExpiring } from './use-cases/upkeep/tell-expiring.js';

const day = 86_400_000;
const tenantId = '6f1c2a34-8d5e-4b7a-9c10-2d3e4f5a6b7c';

describe('the care for credentials', () => {
  let stub: EntraStub;
  let registry: RunningRegistry;
  let second: RunningRegistry;
  let options: RegistryOptions;

  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    stub = await startEntraStub(certificate);
    // The runner itself never wakes up in these tests: what it does is called by name.
    const settings = { ENTRA_AUTHORITIES: `${stub.origin}=https://graph.example`, UPKEEP_POLL_MS: '3600000' };
    options = { databaseUrl: await createDatabase('registry_upkeep'), certificate, ca: ca.caPem, settings };
    registry = await startRegistry(options);
    second = await startRegistry(options);
  });
  beforeEach(() => {
    stub.registration = { secrets: [], certificates: [] };
    stub.asked.length = 0;
  });
  afterAll(async () => {
    await Promise.all([registry.close(), second.close()]);
    stub.close();
  });

  const create = (more: object = {}) => registry.create({ authority: stub.origin, entraDomain: tenantId, ...more });
  const credentialsOf = async (id: string, probe = false) => {
    const path = `/connections/${id}/credentials`;
    const answer = probe ? await registry.ask('POST', `${path}/probe`) : await registry.ask('GET', path);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.body['items'] as CredentialResponse[];
  };
  const toldOf = async (id: string, type: string) =>
    (await registry.eventsOf(id, 1)).filter((event) => event.type === type).map(({ data }) => data);

  describe('certificates', () => {
    const add = (id: string, body: object) => registry.ask('POST', `/connections/${id}/credentials`, body);

    it('are made here, shown with their thumbprints, and prove who we are', async () => {
      const { connectionId } = await create();
      const added = await add(connectionId, { kind: 'certificate', validDays: 90 });
      expect(added.status).toBe(201);
      const { credentialId, certificate, expiresAt } = added.body as unknown as CredentialResponse;
      const read = new X509Certificate(certificate?.pem ?? '');
      expect(read.verify(read.publicKey)).toBe(true);
      expect(read.publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
      expect(certificate?.thumbprint).toMatch(/^[0-9A-F]{40}$/);
      expect(certificate?.notAfter).toBe(expiresAt);
      expect((new Date(String(expiresAt)).getTime() - Date.now()) / day).toBeCloseTo(90, 1);
      stub.registration.certificates = [certificate?.pem ?? ''];
      const probed = await credentialsOf(connectionId, true);
      expect(probed.find((one) => one.credentialId === credentialId)?.probe).toMatchObject({ outcome: 'works' });
      expect(stub.asked).toContain('client_credentials assertion');
    });

    it('can be downloaded, with the private key nowhere to be seen', async () => {
      const { connectionId, credentials } = await create();
      const added = await add(connectionId, { kind: 'certificate' });
      const { credentialId, certificate } = added.body as unknown as CredentialResponse;
      const path = `${registry.service.url}/connections/${connectionId}/credentials`;
      const bearer = await mintedHeaders();
      const file = await fetch(`${path}/${credentialId}/certificate`, { headers: bearer });
      expect([file.status, file.headers.get('content-type')]).toEqual([200, 'application/x-pem-file']);
      expect(await file.text()).toBe(certificate?.pem);
      expect(createPublicKey(certificate?.pem ?? '').asymmetricKeyType).toBe('rsa');
      const secret = await fetch(`${path}/${credentials[0]?.credentialId}/certificate`, { headers: bearer });
      expect(((await secret.json()) as { code: string }).code).toBe('connection.no-certificate');
      const told = (await registry.events()).map(({ event }) => event);
      const everything = JSON.stringify([added.body, await credentialsOf(connectionId), told]);
      expect(everything + registry.logLines.join('')).not.toContain('PRIVATE KEY');
    });

    it.each([
      [{ kind: 'certificate', validDays: 0 }, 400, 'request.invalid-field'],
      [{ kind: 'certificate', validDays: 731 }, 400, 'request.invalid-field'],
      [{ kind: 'certificate', secret: 'x' }, 400, 'request.unknown-field'],
      [{ kind: 'key' }, 400, 'request.invalid'],
    ])('%j is refused', async (body, status, code) => {
      const { connectionId } = await create();
      expect(await add(connectionId, body)).toMatchObject({ status, body: { code } });
    });

    it('exist for connections to Entra only', async () => {
      const made = await registry.ask('POST', '/connections', {
        ...{
          strategy: 'google',
          name: 'google',
          displayName: 'Google',
          clientId: 'g',
          clientSecret: 'a-google-secret',
        },
      });
      expect(made.status).toBe(201);
      const id = String(made.body['connectionId']);
      expect(await add(id, { kind: 'certificate' })).toMatchObject({
        status: 422,
        body: { code: 'connection.entra-only' },
      });
      expect(await registry.ask('POST', `/connections/${id}/credentials/probe`)).toMatchObject({ status: 422 });
    });
  });

  describe('notices of an end', () => {
    const tell = (now: Date, of = registry) => of.service.app.get(TellExpiring).execute(now);

    it('come once for each step, whichever of two instances looks', async () => {
      const end = new Date(Date.now() + 100 * day);
      const { connectionId, credentials } = await create({ clientSecretExpiresAt: end.toISOString() });
      for (const left of [31, 30, 29.5, 14, 7, 6, 1, 0.5, 0, -3]) {
        const now = new Date(end.getTime() - left * day);
        await Promise.all([tell(now), tell(now, second), tell(now), tell(now, second)]);
      }
      await registry.eventsOf(connectionId, 3 + 5);
      const told = await toldOf(connectionId, 'CredentialExpiring');
      expect(told.map((data) => (data as { daysLeft: number }).daysLeft)).toEqual([30, 14, 7, 1, 0]);
      const { credentialId } = credentials[0] ?? {};
      expect(told[0]).toMatchObject({ credentialId, kind: 'client-secret', revision: 1, expiresAt: end.toISOString() });
    });

    it('begin anew when the end moves, and stop when the credential is gone', async () => {
      const end = new Date(Date.now() + 200 * day);
      const { connectionId, credentials } = await create({ clientSecretExpiresAt: end.toISOString() });
      const near = new Date(end.getTime() - 5 * day);
      expect(await tell(near)).toBeGreaterThan(0);
      const later = new Date(end.getTime() + day).toISOString();
      await registry.ask('PATCH', `/connections/${connectionId}`, { clientSecretExpiresAt: later });
      expect(await tell(near)).toBe(1);
      await registry.ask('DELETE', `/connections/${connectionId}/credentials/${credentials[0]?.credentialId}`);
      expect(await tell(new Date(end.getTime() + 9 * day))).toBe(0);
      expect(await toldOf(connectionId, 'CredentialExpiring')).toHaveLength(2);
    });
  });

  describe('tries', () => {
    it('tell wrong from works, are told when they change, and are shown', async () => {
      const { connectionId } = await create({ clientSecret: `${canary}probed` });
      expect(await credentialsOf(connectionId)).toEqual([expect.not.objectContaining({ probe: expect.anything() })]);
      const [wrong] = await credentialsOf(connectionId, true);
      expect(wrong?.probe).toMatchObject({ outcome: 'wrong', error: 'invalid_client', aadsts: ['7000215'] });
      expect(wrong?.probe?.says).toContain('Value');
      await credentialsOf(connectionId, true);
      stub.registration.secrets = [`${canary}probed`];
      const [works] = await credentialsOf(connectionId, true);
      expect(works?.probe).toMatchObject({ outcome: 'works', says: null });
      stub.registration.fault = { status: 503, body: {} };
      expect((await credentialsOf(connectionId, true))[0]?.probe).toMatchObject({ outcome: 'unreachable' });
      await registry.eventsOf(connectionId, 3 + 3);
      const told = await toldOf(connectionId, 'CredentialProbed');
      expect(told.map((data) => (data as { outcome: string }).outcome)).toEqual(['wrong', 'works', 'unreachable']);
    });

    it('survive a change of the connection: what is known of a credential stays', async () => {
      const { connectionId } = await create();
      await credentialsOf(connectionId, true);
      await registry.ask('POST', `/connections/${connectionId}/credentials`, { secret: `${canary}more` });
      const [first, added] = await credentialsOf(connectionId);
      expect(first?.probe).toMatchObject({ outcome: 'wrong' });
      expect(added?.probe).toBeUndefined();
    });

    it('come once a day for every enabled connection, from whichever instance, and a broken one harms no other', async () => {
      const [good, broken, draft] = [await create({ clientSecret: `${canary}good` }), await create(), await create()];
      stub.registration.secrets = [`${canary}good`];
      await registry.ask('POST', `/connections/${good.connectionId}/enable`, override);
      await registry.ask('POST', `/connections/${broken.connectionId}/enable`, override);
      await registry.database.query(`UPDATE credential SET sealed = 'broken' WHERE connection_id = $1`, [
        broken.connectionId,
      ]);
      const due = (of: RunningRegistry) => of.service.app.get(ProbeDue).execute();
      await registry.service.app.get(Probes).plan(new Date());
      expect(await due(registry)).toBe(0);
      await registry.database.query(`UPDATE probe_turn SET due_at = now() - interval '1 minute'`);
      const counts = await Promise.all([due(registry), due(second)]);
      expect(counts.reduce((sum, count) => sum + count)).toBe(2);
      expect((await credentialsOf(good.connectionId))[0]?.probe).toMatchObject({ outcome: 'works' });
      expect((await credentialsOf(draft.connectionId))[0]?.probe).toBeUndefined();
      const turns = await registry.database.query(`SELECT 1 FROM probe_turn WHERE due_at > now()`);
      expect(turns).toHaveLength(2);
    });
  });

  it('goes on by itself, while nobody asks', async () => {
    const { databaseUrl } = registry;
    const third = await startRegistry({
      ...options,
      databaseUrl,
      settings: { ...options.settings, UPKEEP_POLL_MS: '50' },
    });
    const end = new Date(Date.now() + 5 * day).toISOString();
    const { connectionId } = await create({ clientSecretExpiresAt: end });
    await registry.eventsOf(connectionId, 4);
    expect(await toldOf(connectionId, 'CredentialExpiring')).toMatchObject([{ daysLeft: 7 }]);
    await third.close();
  });

  async function mintedHeaders(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await registry.mint('connections:read')}` };
  }
});
