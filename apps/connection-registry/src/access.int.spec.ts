import { createDatabase } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { managementScopes } from '@homerealm/contracts';
import { type RunningRegistry, startRegistry } from './fixtures/running-registry.js';

/** Who may call what. A route that is not in this table fails the test below. */
const scopeOf: Record<string, keyof typeof managementScopes> = {
  'post /connections': 'connections:write',
  'get /connections': 'connections:read',
  'get /connections/{id}': 'connections:read',
  'patch /connections/{id}': 'connections:write',
  'delete /connections/{id}': 'connections:write',
  'post /connections/{id}/enable': 'connections:write',
  'post /connections/{id}/disable': 'connections:write',
  'post /connections/{id}/credentials': 'connections:write',
  'get /connections/{id}/credentials': 'connections:read',
  'get /connections/{id}/credentials/{credentialId}/certificate': 'connections:read',
  'delete /connections/{id}/credentials/{credentialId}': 'connections:write',
  'post /connections/{id}/credentials/probe': 'connections:write',
  'post /connections/{id}/metadata/refresh': 'connections:write',
  'get /connections/{id}/domains': 'connections:read',
  'post /connections/{id}/domains/{domain}/verification': 'connections:write',
  'post /connections/{id}/domains/{domain}/verification/check': 'connections:write',
  'get /connections/{id}/setup': 'connections:read',
  'get /connections/{id}/setup.md': 'connections:read',
  'post /connections/{id}/test-runs': 'connections:write',
  'get /connections/{id}/test-runs': 'connections:read',
  'get /connections/{id}/test-runs/{testRunId}': 'connections:read',
  'post /test-runs/{testRunId}/start': 'test-runs:run',
  'post /test-runs/{testRunId}/report': 'test-runs:run',
  'get /connections/{id}/tenant-requests': 'connections:read',
  'post /connections/{id}/tenant-requests/{tenantId}/approve': 'connections:write',
  'post /connections/{id}/tenant-requests/{tenantId}/deny': 'connections:write',
  'get /policies': 'policies:read',
  'patch /policies': 'policies:write',
};

type Described = Record<string, Record<string, { responses: Record<string, unknown>; security?: unknown[] }>>;

describe('A42: access to the connection registry', () => {
  let registry: RunningRegistry;
  let routes: { route: string; method: string; path: string }[];
  beforeAll(async () => {
    const ca = await createCertificateAuthority();
    const certificate = await ca.issue(['127.0.0.1']);
    registry = await startRegistry({ databaseUrl: await createDatabase('access'), certificate, ca: ca.caPem });
    const { connectionId, credentials } = await registry.create();
    const values: Record<string, string> = {
      id: connectionId,
      credentialId: String(credentials[0]?.credentialId),
      domain: 'contoso.example',
      testRunId: 'test_01jd3m0000000000000000000g',
      tenantId: '7a2d3b45-9e6f-4c8b-8d21-3e4f5a6b7c8d',
    };
    const { body } = await registry.askWith(undefined)('GET', '/docs-json');
    routes = Object.entries(body['paths'] as Described).flatMap(([template, methods]) =>
      Object.keys(methods).map((method) => ({
        route: `${method} ${template}`,
        method: method.toUpperCase(),
        path: template.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? 'x'),
      })),
    );
  });
  afterAll(() => registry.close());

  it('A42: knows every route of the running service, and no other', () => {
    expect(routes.map(({ route }) => route).sort()).toEqual(Object.keys(scopeOf).sort());
  });

  it('A42: answers nobody without a token, on any route', async () => {
    for (const { route, method, path } of routes) {
      const answer = await registry.askWith(undefined)(method, path);
      expect({ route, status: answer.status, code: answer.body['code'] }).toEqual({
        route,
        status: 401,
        code: 'token.missing',
      });
    }
  });

  it('A42: answers nobody whose token holds every scope but the right one', async () => {
    for (const { route, method, path } of routes) {
      const others = Object.keys(managementScopes).filter((scope) => scope !== scopeOf[route]);
      const answer = await registry.askWith(others.join(' '))(method, path);
      expect({ route, status: answer.status, code: answer.body['code'] }).toEqual({
        route,
        status: 403,
        code: 'token.scope-missing',
      });
    }
  });

  it('A42: lets the right scope alone through, and refuses by the same words what exists and what does not', async () => {
    for (const { route, method, path } of routes) {
      const answer = await registry.askWith(scopeOf[route])(
        method,
        path.replace(/conn_\w+/, 'conn_01jd3m0000000000000000000b'),
      );
      expect({ route, passed: ![401, 403].includes(answer.status) }).toEqual({ route, passed: true });
      const stranger = await registry.askWith('users:read')(method, path);
      const nowhere = await registry.askWith('users:read')(method, path.replace(/conn_\w+/, 'conn_x'));
      expect([stranger.status, stranger.body['code']]).toEqual([nowhere.status, nowhere.body['code']]);
    }
  });
});
