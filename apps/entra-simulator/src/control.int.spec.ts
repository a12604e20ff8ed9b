import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './config.js';
import { app, contoso, read, redirectUri, startBench, type Bench } from './fixtures/bench.js';
import { seed } from './seed.js';
import { startSimulator } from './simulator.js';

let bench: Bench;
beforeAll(async () => void (bench = await startBench()));
afterAll(() => bench.simulator.close());
beforeEach(() => bench.prepare());

describe('the control API refuses', () => {
  it.each([
    ['PUT', '/settings', { autoSignIn: 'yes' }, 'autoSignIn'],
    ['PUT', '/settings', { autoSignin: true }, 'autoSignin'],
    ['POST', '/tenants', { displayName: 'X', domains: [] }, 'domains'],
    ['POST', '/tenants', { displayName: 'X', domains: ['contoso.example'] }, 'domains.0'],
    ['POST', '/users', { userPrincipalName: 'a@b.example' }, 'tenant'],
    ['POST', '/users', { tenant: 'nobody.example', userPrincipalName: 'a@b.example' }, 'tenant'],
    [
      'POST',
      '/users',
      { tenant: 'contoso.example', userPrincipalName: 'Anna.Berg@contoso.example' },
      'userPrincipalName',
    ],
    ['POST', '/apps', { clientId: 'app' }, 'clientId'],
    ['POST', '/apps', { clientId: app.clientId, redirectUris: ['callback'] }, 'redirectUris.0'],
    ['POST', '/apps', { clientId: app.clientId, certificates: ['PEM'] }, 'certificates.0'],
    ['POST', '/apps', { clientId: app.clientId, optionalClaims: ['salary'] }, 'optionalClaims.0'],
    ['POST', '/faults', { name: 'flat-tyre' }, 'name'],
    ['POST', '/faults', { name: 'expired', times: 0 }, 'times'],
    ['PUT', `/users/${seed.people.ben.oid}/groups`, {}, 'groups'],
    ['PUT', `/users/${seed.people.ben.oid}/groups`, { groups: ['x'] }, 'groups.0'],
    ['POST', '/users', 7, 'body'],
  ])('%s %s %j, naming the field %s', async (method, path, body, field) => {
    const answer = await bench.sim(method, path, body);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await answer.json()).toMatchObject({
      status: 400,
      code: 'request.invalid',
      field,
      instance: `/_sim${path}`,
    });
  });

  it('what is not JSON, what is not there, and other methods', async () => {
    const asText = await bench.fetch(`${bench.origin}/_sim/faults`, { method: 'POST', body: '{"name":"expired"}' });
    expect(asText.status).toBe(415);
    const broken = await bench.fetch(`${bench.origin}/_sim/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{',
    });
    expect([broken.status, await broken.json()]).toMatchObject([400, { field: 'body' }]);
    expect((await bench.sim('PUT', `/users/${randomUUID()}/groups`, { count: 1 })).status).toBe(404);
    expect((await bench.sim('GET', '/nothing')).status).toBe(404);
    expect((await bench.sim('DELETE', '/apps')).status).toBe(405);
    expect((await bench.sim('POST', '/users', { displayName: 'x'.repeat(2_000_000) })).status).toBe(413);
  });
});

describe('the control API', () => {
  it('founds a company, with an app and a person who can sign in', async () => {
    const [id, clientId, oid] = [randomUUID(), randomUUID(), randomUUID()];
    await bench.sim('POST', '/tenants', { id, displayName: 'Tailspin', domains: ['tailspin.example'] });
    await bench.sim('POST', '/apps', {
      clientId,
      tenant: 'tailspin.example',
      secrets: [{ value: 'one' }],
      redirectUris: [redirectUri],
      groupMembershipClaims: 'SecurityGroup',
    });
    await bench.sim('POST', '/users', {
      oid,
      tenant: id,
      userPrincipalName: 'zoe@tailspin.example',
      mail: 'zoe@tailspin.example',
      groups: [{ id: randomUUID(), displayName: 'Crew' }],
    });
    const ask = { tenant: id, appId: clientId, secret: 'one', loginHint: 'zoe@tailspin.example' };
    expect(read((await bench.signIn(ask)).body.id_token).claims).toMatchObject({
      tid: id,
      oid,
      groups: [expect.any(String)],
    });
    await bench.sim('POST', '/users', { oid, mail: null, displayName: 'Zoe' });
    const { claims } = read((await bench.signIn(ask)).body.id_token);
    expect([claims.name, claims.email]).toEqual(['Zoe', undefined]);
    expect((await bench.sim('DELETE', `/users/${oid}`)).status).toBe(204);
    expect((await bench.callback(ask)).hostname).toBe('no-redirect.example');
  });

  it('keeps what is not given, adds redirect URIs, and shows no secret', async () => {
    const answer = await bench.sim('POST', '/apps', { clientId: app.clientId, addRedirectUris: [`${redirectUri}2`] });
    const text = await answer.text();
    expect(JSON.parse(text)).toMatchObject({
      redirectUris: [redirectUri, `${redirectUri}2`],
      optionalClaims: app.optionalClaims,
    });
    expect(text).not.toContain(app.secrets[0]?.value);
  });

  it('records requests without their secrets', async () => {
    const { body } = await bench.signIn();
    await bench.graph('/me', body.access_token);
    const text = await (await bench.sim('GET', '/requests')).text();
    const { items } = JSON.parse(text) as { items: Record<string, unknown>[] };
    expect(items.map(({ endpoint }) => endpoint)).toEqual(['authorize', 'token', 'graph-profile']);
    expect(items[1]).toMatchObject({
      status: 200,
      clientId: app.clientId,
      tenantId: contoso.id,
      body: { client_secret: '[redacted]', code: '[redacted]', grant_type: 'authorization_code' },
    });
    for (const secret of [app.secrets[0]?.value, bench.verifier, body.access_token, body.refresh_token])
      expect(text).not.toContain(String(secret));
    await bench.sim('DELETE', '/requests');
    expect(await (await bench.sim('GET', '/requests')).json()).toEqual({ items: [] });
  });

  it('describes itself: every address is in the document, every reference leads somewhere', async () => {
    const text = await (await bench.sim('GET', '/docs-json')).text();
    const document = JSON.parse(text) as {
      openapi: string;
      paths: Record<string, object>;
      components: { schemas: object };
    };
    expect(document.openapi).toBe('3.1.0');
    const { routes } = await import('./http/routes.js');
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routes
      .filter(({ path }) => path.startsWith('/_sim/') && !path.includes('docs'))
      .map(({ methods, path }) => `${methods[0]} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(new Set(described)).toEqual(new Set(served));
    for (const [, name = ''] of text.matchAll(/#\/components\/schemas\/(\w+)/g))
      expect(document.components.schemas).toHaveProperty(name);
    const page = await (await bench.sim('GET', '/docs')).text();
    expect(page).toContain('graph-loop-nextlink');
  });
});

describe('starting', () => {
  it('refuses an address that others can reach, unless told otherwise', async () => {
    await expect(startSimulator({ host: '0.0.0.0' })).rejects.toThrow(/loopback only/);
    await expect(startSimulator({ host: '192.0.2.1' })).rejects.toThrow(/loopback only/);
    expect(readSettings({ SIMULATOR_HOST: '0.0.0.0' })).toMatchObject({ host: '0.0.0.0', allowRemote: false });
  });

  it('lists every setting that is wrong', () => {
    expect(readSettings({})).toMatchObject({ port: 4500, host: '127.0.0.1' });
    expect(() => readSettings({ SIMULATOR_PORT: 'x', SIMULATOR_ORIGIN: 'http://plain.example' })).toThrow(
      /SIMULATOR_PORT[^]*SIMULATOR_ORIGIN/,
    );
  });

  it('keeps its certificate authority in the folder, for its owner only, and takes a seed file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'simulator-'));
    const seedFile = join(folder, 'seed.json');
    await writeFile(seedFile, JSON.stringify({ tenants: [{ displayName: 'Wingtip', domains: ['wingtip.example'] }] }));
    const one = await startSimulator({ tlsFolder: folder, seedFile });
    const other = await startSimulator({ tlsFolder: folder });
    expect(other.caPem).toBe(one.caPem);
    expect((await stat(one.caFile ?? '')).mode & 0o777).toBe(0o600);
    const { fetchTrusting } = await import('./fixtures/fetch-trusting.js');
    expect(
      (await fetchTrusting(other.caPem)(`${one.origin}/wingtip.example/v2.0/.well-known/openid-configuration`)).status,
    ).toBe(200);
    await Promise.all([one.close(), other.close()]);
    await writeFile(seedFile, JSON.stringify({ users: [{ userPrincipalName: 'x@y.example' }] }));
    await expect(startSimulator({ seedFile })).rejects.toThrow(/seed\.json cannot be used\. tenant/);
    await rm(folder, { recursive: true });
  });
});
