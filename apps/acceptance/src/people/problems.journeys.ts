import { Management } from '../client/management.js';
import type { World } from './world.js';

type Operation = { security?: object[]; tags?: string[] };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>> };
type Problem = { type: string; title: string; status: number; code: string };
type Call = { service: string; method: string; url: string; isOfAttempts: boolean };

const services = ['gateway', 'registry', 'directory', 'profileSync'] as const;

/** What is answered to a script that asks for too much, or for something that is not there. */
export function problemAnswers(world: () => World): void {
  const call = async (method: string, url: string, token?: string, body?: string) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    const problem = (await response.json()) as Problem;
    expect([url, response.headers.get('content-type')]).toEqual([
      ...[url, expect.stringContaining('application/problem+json')],
    ]);
    expect(problem).toMatchObject({ status: response.status, title: expect.stringMatching(/\w+/) as string });
    return `${response.status} ${problem.code}`;
  };
  /** Every call of the management APIs, from the documents that the services themselves give out. */
  async function calls(): Promise<Call[]> {
    const documents = services.map(async (service) => {
      const url = world().system.urls[service];
      const document = (await (await fetch(`${url}/docs-json`)).json()) as Document;
      expect([service, document.openapi]).toEqual([service, expect.stringMatching(/^3\.1/)]);
      return Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { security = [], tags = [] }]) => {
          if (security.length === 0) return [];
          const isOfAttempts = tags.includes('Sign-in attempts');
          const to = `${url}${path.replace(/\{\w+\}/g, 'nothing')}`;
          return [{ service, method: method.toUpperCase(), url: to, isOfAttempts }];
        }),
      );
    });
    return (await Promise.all(documents)).flat();
  }
  const differs = async (all: Call[], wanted: string, token?: string) => {
    const answers = await Promise.all(
      all.map(async ({ method, url }) => `${method} ${url}: ${await call(method, url, token)}`),
    );
    return answers.filter((answer) => !answer.endsWith(`: ${wanted}`));
  };

  it('A42: every call that a service describes needs a token, and one with its scope', async () => {
    const all = await calls();
    expect(all.length).toBeGreaterThan(50);
    expect(new Set(all.map(({ service }) => service))).toEqual(new Set(services));
    expect(await differs(all, '401 token.missing')).toEqual([]);
    const settings = { name: 'Narrow', type: 'm2m', scopes: ['attempts:read'] };
    type Made = { id: string; clientSecret: string };
    const { id, clientSecret } = await world().gateway<Made>('POST', '/applications', settings);
    const narrow = await new Management(world().system.issuer, { clientId: id, clientSecret }).accessToken();
    const others = all.filter(({ isOfAttempts }) => !isOfAttempts);
    expect(others.length).toBeGreaterThan(50);
    expect(await differs(others, '403 token.scope-missing', narrow)).toEqual([]);
    const { gateway } = world().system.urls;
    expect(
      (await fetch(`${gateway}/sign-in-attempts`, { headers: { authorization: `Bearer ${narrow}` } })).status,
    ).toBe(200);
  });

  it('what is not there, what cannot be read and what goes too far have a stable code each', async () => {
    const token = await world().management.accessToken();
    const { gateway, registry, directory } = world().system.urls;
    const [nobody, none] = ['user_00000000000000000000000000', 'conn_00000000000000000000000000'];
    expect([
      await call('GET', `${gateway}/nothing`, token),
      await call('GET', `${gateway}/sign-in-attempts/attempt_nothing`, token),
      await call('GET', `${gateway}/applications/app_nothing`, token),
      await call('GET', `${registry}/connections/${none}`, token),
      await call('GET', `${directory}/users/${nobody}`, token),
      await call('GET', `${gateway}/sign-in-attempts?limit=0`, token),
      await call('POST', `${directory}/organizations`, token, '{"name":'),
      await call('POST', `${directory}/organizations`, token, '{"name":"Shop","admin":true}'),
    ]).toEqual([
      '404 request.no-such-route',
      '404 attempt.not-found',
      '404 application.not-found',
      '404 connection.not-found',
      '404 user.not-found',
      '400 request.invalid-field',
      '400 request.malformed',
      '400 request.unknown-field',
    ]);
  });
}
