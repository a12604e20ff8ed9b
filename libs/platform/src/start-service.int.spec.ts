import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineErrors } from '@homerealm/domain';
import { Body, Controller, Get, Module, Param, Post } from '@nestjs/common';
import { exportJWK, generateKeyPair, type CryptoKey, SignJWT } from 'jose';
import { z } from 'zod';
import { Answers } from './answers.js';
import { RequireScope } from './management-tokens.js';
import { PlatformModule } from './platform.module.js';
import { type RunningService, startService } from './start-service.js';

const errors = defineErrors({ 'thing.not-found': { kind: 'not-found', says: 'No such thing.' } });
const Thing = z.strictObject({ name: z.string().min(1), size: z.number().optional() });

@Controller('things')
class ThingsController {
  @Post()
  @Answers(201, 'Made.', z.object({ name: z.string() }))
  make(@Body({ schema: Thing }) thing: z.infer<typeof Thing>) {
    return { ...thing, secret: 'canary' };
  }

  @Get(':id')
  @RequireScope('things:read')
  read(@Param('id') id: string) {
    if (id === 'broken') throw new Error('canary in an inner error');
    throw errors('thing.not-found', { id });
  }
}

describe('a service', () => {
  let jwks: Server;
  let service: RunningService;
  let privateKey: CryptoKey;
  let issuer: string;

  beforeAll(async () => {
    const pair = await generateKeyPair('ES256');
    privateKey = pair.privateKey;
    const keys = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'ES256' }] });
    jwks = createServer((_request, response) => response.end(keys)).listen(0, '127.0.0.1');
    await new Promise((resolve) => jwks.once('listening', resolve));
    issuer = `http://127.0.0.1:${(jwks.address() as AddressInfo).port}`;
    const settings = { PORT: 0, HOST: '127.0.0.1', LOG_LEVEL: 'silent', ISSUER: issuer };
    @Module({ imports: [PlatformModule.for(settings)], controllers: [ThingsController] })
    class AppModule {}
    service = await startService({ name: 'things', says: 'Things.', module: AppModule, settings });
  });

  afterAll(async () => {
    await service.close();
    jwks.close();
  });

  const post = (body: string) =>
    fetch(`${service.url}/things`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });

  it('lets only declared fields out', async () => {
    expect(await (await post('{"name":"a","size":1}')).json()).toEqual({ name: 'a' });
  });

  it('names every wrong field, in problem+json', async () => {
    const response = await post('{"size":"x","colour":1}');
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({
      code: 'request.invalid',
      errors: [
        { field: 'name', code: 'request.missing-field' },
        { field: 'size', code: 'request.invalid-field' },
        { field: 'colour', code: 'request.unknown-field' },
      ],
    });
  });

  it.each([
    ['{', 400, 'request.malformed'],
    ['"x"', 400, 'request.invalid-field'],
  ])('refuses the body %s', async (body, status, code) => {
    const response = await post(body);
    expect([response.status, await response.json()]).toMatchObject([status, { code }]);
  });

  it('answers an unknown address, health, readiness, metrics and docs', async () => {
    const get = (path: string) => fetch(service.url + path);
    expect(await (await get('/nothing')).json()).toMatchObject({ status: 404, code: 'request.no-such-route' });
    expect((await get('/healthz')).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('http_request_duration_seconds');
    const docs = (await (await get('/docs-json')).json()) as { paths: Record<string, unknown> };
    expect(JSON.stringify(docs.paths['/things'])).toContain('"name"');
    expect((await get('/docs')).status).toBe(200);
    expect((await get('/docs/swagger-ui-bundle.js')).status).toBe(200);
  });

  const sign = (claims: object, typ = 'at+jwt') =>
    new SignJWT({ client_id: 'app', scope: 'things:read', ...claims })
      .setProtectedHeader({ alg: 'ES256', kid: 'k', typ })
      .setIssuer(issuer)
      .setAudience('urn:homerealm:management')
      .setSubject('app')
      .setIssuedAt()
      .setExpirationTime('1m');
  const read = async (token: string | undefined, id = 'a') => {
    const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${service.url}/things/${id}`, { headers });
    return [response.status, ((await response.json()) as { code: string }).code];
  };

  it('takes only its issuer’s access tokens with the scope the route needs', async () => {
    const good = await sign({}).sign(privateKey);
    expect(await read(good)).toEqual([404, 'thing.not-found']);
    expect(await read(undefined)).toEqual([401, 'token.missing']);
    expect(await read(`${good}x`)).toEqual([401, 'token.invalid']);
    expect(await read(await sign({ scope: 'things:write' }).sign(privateKey))).toEqual([403, 'token.scope-missing']);
    expect(await read(await sign({}, 'JWT').sign(privateKey))).toEqual([401, 'token.invalid']);
    expect(await read(await sign({}).setAudience('other').sign(privateKey))).toEqual([401, 'token.invalid']);
    expect(await read(await sign({}).setIssuer('https://other.example').sign(privateKey))).toEqual([
      401,
      'token.invalid',
    ]);
    expect(await read(await sign({}).setExpirationTime('-1m').sign(privateKey))).toEqual([401, 'token.expired']);
  });

  it('says nothing of inner errors', async () => {
    const headers = { authorization: `Bearer ${await sign({}).sign(privateKey)}` };
    const response = await fetch(`${service.url}/things/broken`, { headers });
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('canary');
  });
});
