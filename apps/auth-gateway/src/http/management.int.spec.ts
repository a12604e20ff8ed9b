import { managementScopes } from '@homerealm/contracts';
import {
  adminToken,
  environment,
  type Gateway,
  register,
  relyingParty,
  signIn,
  startGateway,
} from '../fixtures/provider-under-test.js';
import { isOwnScope } from '../domain/application.js';

type Operation = { responses: Record<string, { description: string }> };
type Document = { paths: Record<string, Record<string, Operation>> };
type Route = { method: string; path: string; scope: string | undefined };

const all = Object.keys(managementScopes).filter((scope) => !isOwnScope(scope as keyof typeof managementScopes));

describe('the management APIs of the gateway', () => {
  let gateway: Gateway;
  let routes: Route[];
  let personsToken: string;
  let applicationId: string;

  beforeAll(async () => {
    gateway = await startGateway(await environment());
    const document = (await (await fetch(`${gateway.issuer}/docs-json`)).json()) as Document;
    routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { responses }]) => ({
        ...{ method: method.toUpperCase(), path },
        scope: /needs `([\w:-]+)`/.exec(responses['403']?.description ?? '')?.[1],
      })),
    );
    const app = await register(gateway.issuer, {});
    applicationId = app.id;
    const { tokens } = await signIn(gateway.issuer, await relyingParty(gateway.issuer, app), app);
    personsToken = tokens.access_token;
  });
  afterAll(() => gateway?.close());

  const ask = async (
    { method, path }: Route,
    bearer: string | undefined,
    id: string,
    more: Record<string, string> = {},
  ) => {
    const url = `${gateway.issuer}${path.replace(/\{\w+\}/g, id)}`;
    const headers = { ...more, ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) };
    const answer = await fetch(url, { method, headers });
    const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
    return [`${method} ${path}`, answer.status, code];
  };

  it('A42: every route of the document needs a scope', () => {
    expect(routes.length).toBeGreaterThan(7);
    expect(
      routes.filter(({ scope, path }) => scope === undefined && !/^\/(door|health|livez|readyz|metrics)/.test(path)),
    ).toEqual([]);
  });

  it('A42: with all scopes but its own a route answers 403, of what is there and of what is not alike', async () => {
    for (const route of routes.filter(({ scope }) => scope !== undefined)) {
      const others = all.filter((scope) => scope !== route.scope).join(' ');
      const bearer = await adminToken(gateway.issuer, others);
      for (const id of [applicationId, 'app_nobody']) {
        expect(await ask(route, bearer, id)).toEqual([`${route.method} ${route.path}`, 403, 'token.scope-missing']);
      }
    }
  });

  it('A42, A43: without a token, with a person’s, with a broken one, or with cookies alone: 401', async () => {
    const admin = await adminToken(gateway.issuer);
    for (const route of routes.filter(({ scope }) => scope !== undefined)) {
      for (const bearer of [undefined, personsToken, `${admin.slice(0, -4)}AAAA`, 'x']) {
        const [name, status] = await ask(route, bearer, applicationId);
        expect([name, status]).toEqual([`${route.method} ${route.path}`, 401]);
      }
      const cookie = { cookie: `session=${admin}`, origin: gateway.issuer };
      expect((await ask(route, undefined, applicationId, cookie))[1]).toBe(401);
    }
  });

  it('A43: no answer lets another site read it', async () => {
    for (const route of routes) {
      const url = `${gateway.issuer}${route.path.replace(/\{\w+\}/g, applicationId)}`;
      const preflight = { origin: 'https://evil.example', 'access-control-request-method': route.method };
      const answer = await fetch(url, { method: 'OPTIONS', headers: preflight });
      expect([route.path, answer.headers.get('access-control-allow-origin')]).toEqual([route.path, null]);
    }
  });
});
