import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type RunningRegistry, startRegistry } from './fixtures/running-registry.js';

const tenantId = '0bb7c0de-0000-4000-8000-000000000001';
const objectId = '0bb7c0de-0000-4000-8000-000000000002';
const clientId = '0bb7c0de-0000-4000-8000-000000000003';
const audience = '0bb7c0de-0000-4000-8000-000000000004';

describe('the management API with tokens of the operator’s own Entra tenant', () => {
  let authority: Server;
  let origin: string;
  let key: CryptoKey;
  let registry: RunningRegistry;

  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    const pair = await generateKeyPair('RS256');
    key = pair.privateKey;
    const keys = [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', use: 'sig' }];
    authority = createServer({ cert: certificate.certPem, key: certificate.keyPem }, (request, response) => {
      const base = `${origin}/${tenantId}`;
      const metadata = {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      };
      response.end(JSON.stringify(request.url?.endsWith('/keys') ? { keys } : metadata));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => authority.once('listening', resolve));
    origin = `https://127.0.0.1:${(authority.address() as AddressInfo).port}`;
    registry = await startRegistry({
      databaseUrl: await createDatabase('registry_operators'),
      ...{ certificate, ca: ca.caPem },
      settings: {
        OPERATOR_TENANT_ID: tenantId,
        OPERATOR_AUDIENCE: audience,
        OPERATOR_AUTHORITY: origin,
        OPERATOR_CLIENT_IDS: clientId,
        OPERATOR_ROLES: 'Homerealm.Admin=connections:read connections:write',
      },
    });
  });
  afterAll(async () => {
    await registry.close();
    authority.close();
  });

  const sign = (claims: object) =>
    new SignJWT({ tid: tenantId, oid: objectId, sub: objectId, azp: clientId, ver: '2.0', ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: 'k1' })
      .setIssuer(`${origin}/${tenantId}/v2.0`)
      .setAudience(audience)
      .setIssuedAt()
      .setNotBefore('-1m')
      .setExpirationTime('5m')
      .sign(key);
  const call = async (token: string, method = 'GET', body?: object) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    return fetch(`${registry.service.url}/connections`, { method, headers, body: body ? JSON.stringify(body) : null });
  };
  const refusal = async (token: string) => {
    const answer = await call(token);
    return [answer.status, ((await answer.json()) as { code?: string }).code];
  };

  it('lets a program in whose role is called like the scope', async () => {
    expect((await call(await sign({ roles: ['connections:read'] }))).status).toBe(200);
  });

  it('lets a person change what a mapped role allows, and the record says whose name that is', async () => {
    const token = await sign({ sub: 'pairwise', scp: 'manage', roles: ['Homerealm.Admin'] });
    const made = await call(token, 'POST', registry.least());
    expect(made.status).toBe(201);
    const [row] = await registry.database.query('SELECT made_by FROM change ORDER BY made_at DESC LIMIT 1');
    expect(row.made_by).toBe(`entra:${clientId} for entra:${objectId}`);
  });

  it('refuses what the roles do not allow, and what is no token for us', async () => {
    expect(await refusal(await sign({}))).toEqual([403, 'token.scope-missing']);
    expect(await refusal(await sign({ roles: ['connections:write'] }))).toEqual([403, 'token.scope-missing']);
    expect(await refusal(await sign({ roles: ['connections:read'], tid: objectId }))).toEqual([401, 'token.invalid']);
    expect(await refusal(`${await sign({ roles: ['connections:read'] })}x`)).toEqual([401, 'token.invalid']);
  });

  it('still takes our own tokens', async () => {
    expect((await registry.ask('GET', '/connections')).status).toBe(200);
  });
});
