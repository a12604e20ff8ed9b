import { randomUUID, X509Certificate } from 'node:crypto';
import { connectionTopic } from '@homerealm/contracts';
import { type EventLog, openEventLog, readAll } from '@homerealm/events';
import { eventually } from '@homerealm/testing';
import { Everywhere } from '../client/everywhere.js';
import type { Connection, Employee } from './company.js';
import { OwnTenant, type Problem } from './own-tenant.js';
import type { World } from './world.js';

/** Stands in every secret of these journeys. In small letters: the search looks for it so. */
const canary = 'kanarienvogel~geheim';
const secretOf = (what: string) => `${canary}-${what}`;
const day = 86_400_000;

type Credential = {
  credentialId: string;
  kind: string;
  expiresAt?: string | null;
  certificate?: { pem: string; thumbprint: string };
  probe?: { outcome: string; says: string | null };
};

/** What proves to a company’s Entra that it is us who ask: secrets, certificates, their ends. */
export function connectionCredentials(world: () => World): void {
  let tenant: OwnTenant;
  let log: EventLog;
  let rosa: Employee;
  let ravi: Employee;
  /** What we were answered. */
  const answers: string[] = [];
  beforeAll(async () => {
    tenant = await OwnTenant.establish(world(), 'credentials', secretOf('first'));
    [rosa, ravi] = [await tenant.hire('rosa'), await tenant.hire('ravi')];
    log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: world().system.postgres.eventLog });
  });
  afterAll(() => log?.close());

  /** From now on the registration takes these secrets and no others. */
  const takes = (...secrets: string[]) =>
    tenant.register({ secrets: secrets.map((one) => ({ value: secretOf(one) })) });
  const ask = async <Body>(method: string, path: string, body?: unknown) => {
    const answer = await world().tryRegistry<Body>(method, path, body);
    answers.push(JSON.stringify(answer.body) ?? '');
    return answer;
  };
  const credentialsOf = ({ connectionId }: Connection) => `/connections/${connectionId}/credentials`;
  const list = async (connection: Connection) =>
    (await ask<{ items: Credential[] }>('GET', credentialsOf(connection))).body.items;
  const first = async (connection: Connection): Promise<Credential> =>
    (await list(connection))[0] ?? { credentialId: 'none', kind: 'none' };
  const add = async (connection: Connection, body: object) =>
    (await ask<Credential>('POST', credentialsOf(connection), body)).body;
  const remove = (connection: Connection, { credentialId }: Credential) =>
    ask<Problem | undefined>('DELETE', `${credentialsOf(connection)}/${credentialId}`);
  const probe = async (connection: Connection) => {
    const { body } = await ask<{ items: Credential[] }>('POST', `${credentialsOf(connection)}/probe`);
    return body.items.map((one) => one.probe?.outcome);
  };
  const everybodySignsIn = (connection: Connection) =>
    Promise.all([rosa, ravi].map((one) => tenant.signInBy(connection, one)));
  const toldOf = async (connection: Connection, type: string) =>
    (await readAll(log, connectionTopic))
      .filter(({ event }) => event?.subject === connection.connectionId && event.type === type)
      .map(({ event }) => event?.data);

  it('a Secret ID is no secret: it is refused with the hint what to enter', async () => {
    const clientSecret = randomUUID();
    const made = await ask<Problem>('POST', '/connections', { ...tenant.least('credentials-id'), clientSecret });
    expect(made).toMatchObject({ status: 422, body: { code: 'connection.secret-is-id', field: 'clientSecret' } });
    expect(JSON.stringify(made.body)).toMatch(/Secret ID.*Value/);
    const connection = await tenant.make('credentials-id');
    const added = await ask<Problem>('POST', credentialsOf(connection), { secret: clientSecret });
    expect(added).toMatchObject({ status: 422, body: { code: 'connection.secret-is-id', field: 'secret' } });
  });

  it('while two secrets overlap, sign-ins go on: before, during and after the old one stops working', async () => {
    const connection = await tenant.open('credentials-rotation', { createUsers: true });
    await tenant.signInSoon(rosa, connection);
    const old = await first(connection);
    await takes('first', 'second');
    const added = await add(connection, { secret: secretOf('second') });
    await everybodySignsIn(connection);
    expect(await probe(connection)).toEqual(['works', 'works']);
    await takes('second');
    await tenant.signInSoon(ravi, connection);
    await everybodySignsIn(connection);
    expect(await probe(connection)).toEqual(['wrong', 'works']);
    expect(await remove(connection, old)).toMatchObject({ status: 204 });
    expect(await remove(connection, added)).toMatchObject({ body: { code: 'connection.last-credential' } });
    await everybodySignsIn(connection);
    expect((await list(connection)).map(({ credentialId }) => credentialId)).toEqual([added.credentialId]);
    await takes('first');
    await tenant.refusedSoon(rosa, connection, 'upstream.credentials-refused');
  });

  it('a certificate made here takes the place of the secret, and signs people in', async () => {
    const connection = await tenant.open('credentials-certificate', { createUsers: true });
    await tenant.signInSoon(rosa, connection);
    expect((await tenant.lastAsked('token'))?.body).toHaveProperty('client_secret');
    const old = await first(connection);
    const made = await add(connection, { kind: 'certificate', validDays: 90 });
    const pem = made.certificate?.pem ?? '';
    expect(new X509Certificate(pem).fingerprint.replaceAll(':', '')).toBe(made.certificate?.thumbprint);
    expect(made.expiresAt).toBe(new Date(new X509Certificate(pem).validTo).toISOString());
    await tenant.register({ secrets: [], certificates: [pem] });
    expect(await remove(connection, old)).toMatchObject({ status: 204 });
    const { id } = await tenant.signInSoon(ravi, connection);
    expect(id).toMatchObject({ ext_provider: { name: 'credentials-certificate' } });
    const asked = await tenant.lastAsked('token');
    expect(asked?.body).toHaveProperty('client_assertion');
    expect(asked?.body).not.toHaveProperty('client_secret');
    expect(await probe(connection)).toEqual(['works']);
    await tenant.register({ secrets: [{ value: secretOf('first') }], certificates: [] });
  });

  it('a try tells works, wrong, expired and unreachable apart, and what changed is told', async () => {
    const connection = await tenant.make('credentials-tried');
    expect(await first(connection)).not.toHaveProperty('probe');
    expect(await probe(connection)).toEqual(['works']);
    const fault = { name: 'token-5xx', clientId: tenant.clientId, times: 1 };
    await world().simulator.ask('POST', 'faults', fault);
    expect(await probe(connection)).toEqual(['unreachable']);
    await takes('other');
    expect(await probe(connection)).toEqual(['wrong']);
    expect((await first(connection)).probe?.says).toContain('Value');
    const expiresAt = new Date(Date.now() - day).toISOString();
    await tenant.register({ secrets: [{ value: secretOf('first'), expiresAt }] });
    expect(await probe(connection)).toEqual(['expired']);
    await takes('first');
    const outcomes = ['unreachable', 'wrong', 'expired'].map((outcome) => ({ outcome }));
    const told = await eventually(async () => {
      const events = await toldOf(connection, 'CredentialProbed');
      return events.length >= outcomes.length && events;
    });
    expect(told).toMatchObject(outcomes);
  });

  it('the end of a secret is warned of, by the connection itself and by a notice', async () => {
    const in_ = (days: number) => new Date(Date.now() + days * day).toISOString();
    const connection = await tenant.make('credentials-ending', { clientSecretExpiresAt: in_(40) });
    expect(connection.warnings).toEqual([]);
    const clientSecretExpiresAt = in_(6.5);
    const { warnings } = await tenant.edit(connection, { clientSecretExpiresAt });
    expect(warnings).toMatchObject([{ field: 'clientSecretExpiresAt', code: 'connection.secret-expires' }]);
    expect(warnings[0]?.says).toContain('6 days');
    const told = await eventually(async () => {
      const events = await toldOf(connection, 'CredentialExpiring');
      return events.length > 0 && events;
    });
    expect(told).toMatchObject([{ daysLeft: 7, kind: 'client-secret', expiresAt: clientSecretExpiresAt }]);
    expect(
      await ask('PATCH', `/connections/${connection.connectionId}`, { clientSecretExpiresAt: in_(-1) }),
    ).toMatchObject({ status: 422, body: { code: 'connection.secret-expired' } });
  });

  // The last one: it looks at everything the others left behind.
  it('A27: a secret is written only: it stands in no answer, event, row or log', async () => {
    const clientSecret = secretOf('last');
    const made = await ask<Connection>('POST', '/connections', {
      ...tenant.least('credentials-written'),
      clientSecret,
    });
    const home = `/connections/${made.body.connectionId}`;
    await ask('PATCH', home, { clientSecret: secretOf('newer') });
    await ask('PATCH', home, { clientSecret, surprise: clientSecret, name: '' });
    await ask('GET', home);
    await ask('GET', '/connections?name=credentials-written');
    await ask('GET', `${home}/setup`);
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.filter((answer) => answer.includes(canary))).toEqual([]);
    const services = ['auth-gateway.log', 'connection-registry.log', 'identity-directory.log'];
    const control = new Everywhere(world().system, log, ['credentials-written', '"level"']);
    const everywhere = new Everywhere(world().system, log, [canary, 'private key']);
    try {
      expect(await control.find()).toEqual(
        expect.arrayContaining(['registry.connection', 'connection-registry.connection-state.v1', ...services]),
      );
      expect(await everywhere.find()).toEqual([]);
    } finally {
      await Promise.all([control.close(), everywhere.close()]);
    }
  });
}
