import { randomBytes } from 'node:crypto';
import {
  credentialSealContext,
  type SignInRequest,
  type SignInResponse,
  type UpstreamSignIn,
} from '@homerealm/contracts';
import { makeId } from '@homerealm/domain';
import { Database, EventsServer } from '@homerealm/events';
import { openSealer, type RunningService, startService } from '@homerealm/platform';
import { eventually } from '@homerealm/testing';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type * as client from 'openid-client';
import pg from 'pg';
import { AppModule } from './app.module.js';
import { Connectors } from './clients/connectors.js';
import { config } from './config.js';
import { aConnection, connectionId, idFor } from './fixtures/connections.js';
import {
  beginFlow,
  environment,
  redeem,
  register,
  type Registered,
  relyingParty,
  TinyBrowser,
  transactions,
} from './fixtures/provider-under-test.js';
import { SmallDirectory } from './fixtures/sign-in-under-test.js';
import { clientSecret, SmallUpstream } from './fixtures/small-upstream.js';
import { ProviderMount } from './http/openid-provider/provider-mount.js';
import { ConnectionReplica, Connections } from './use-cases/connections.port.js';
import { Replays } from './use-cases/replays.port.js';
import { connectorsOf } from './upstream.parts.js';

const userId = idFor('user', 1);

const signedIn = ({ organizationId, ...request }: SignInRequest): { status: number; body: SignInResponse } => ({
  status: 200,
  body: {
    outcome: 'signed-in',
    userId: userId as never,
    identityId: idFor('identity', 1) as never,
    change: 'matched',
    joinedOrganization: false,
    emailProven: true,
    organizationId,
    checks: [],
    user: {
      userId: userId as never,
      status: 'active',
      profile: { givenName: givenNameOf(request), familyName: null, picture: null },
      identities: [],
      organizations: [],
    },
  },
});

const givenNameOf = (request: object) =>
  'account' in request ? ((request.account as UpstreamSignIn['account']).claims.givenName ?? 'Ada') : 'Ada';

/** Both halves of the gateway together, in front of a small upstream and a small directory. */
describe('the gateway', () => {
  let env: Record<string, string>;
  let issuer: string;
  let upstream: SmallUpstream;
  let service: RunningService;
  const directory = new SmallDirectory();

  const start = async (): Promise<RunningService> => {
    const settings = config.read(env);
    const mount = new ProviderMount(settings.ISSUER);
    const module = AppModule.for(settings, mount);
    const connectors = (replays: Replays) =>
      connectorsOf(settings, replays, { graphBudgetMs: 500, ca: upstream.caPem });
    module.providers?.push({ provide: Connectors, inject: [Replays], useFactory: connectors });
    const running = await startService({
      name: 'auth-gateway',
      says: 'Both halves.',
      module,
      settings,
      serverFactory: mount.serverFactory,
      connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
    });
    await running.ready;
    return running;
  };

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    directory.answer = signedIn;
    await directory.start();
    const authority = `${upstream.origin}=${upstream.origin}`;
    env = await environment({ DIRECTORY_URL: directory.url, ENTRA_AUTHORITIES: authority });
    issuer = env['ISSUER'] ?? '';
    service = await start();
    await keepConnection(service, env['SEALING_KEYS'] ?? '', upstream);
  });
  afterAll(async () => {
    await service.close();
    await directory.close();
    await upstream.close();
  });

  const host = () => new URL(issuer).host;
  const signIn = async (rp: client.Configuration, app: Registered, browser = new TinyBrowser()) => {
    const flow = await beginFlow(rp, app, { connection_id: connectionId });
    const upstreamAt = (await browser.follow(flow.url.href, host())).at;
    expect(new URL(upstreamAt).origin).toBe(upstream.origin);
    const back = `${issuer}/login/callback/${connectionId}?${upstream.signIn(upstreamAt)}`;
    const { at } = await browser.follow(back, host());
    return { tokens: await redeem(rp, at, flow), browser };
  };

  it('signs a person in through their provider, and the directory believes its token', async () => {
    const app = await register(issuer, {});
    const { tokens } = await signIn(await relyingParty(issuer, app), app);
    expect(tokens.claims()).toMatchObject({
      sub: userId,
      ext_provider: { connection_id: connectionId, name: 'contoso' },
    });
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: userId, client_id: app.id });
    const keys = (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as Parameters<
      typeof createLocalJWKSet
    >[0];
    const bearer = (directory.bearers.at(-1) ?? '').replace('Bearer ', '');
    const expected = { issuer, audience: 'urn:homerealm:management', typ: 'at+jwt' };
    const { payload } = await jwtVerify(bearer, createLocalJWKSet(keys), expected);
    expect(payload['scope']).toBe('sign-ins:write');
  });

  it('needs few transactions for a whole sign-in', async () => {
    const app = await register(issuer, {});
    const rp = await relyingParty(issuer, app);
    const ofRun = async (signIns: number): Promise<number> => {
      for (let count = 0; count < signIns; count++) await signIn(rp, app);
      await service.close();
      const pool = new pg.Pool({ connectionString: env['DATABASE_URL'], max: 1 });
      const total = await transactions(pool);
      await pool.end();
      service = await start();
      return total;
    };
    const [first, second, third] = [await ofRun(1), await ofRun(1), await ofRun(41)];
    const each = (third - second - (second - first)) / 40;
    process.stdout.write(`\ntransactions of a whole sign-in in the gateway, relay included: ${each}\n`);
    expect(each).toBeLessThanOrEqual(10);
  });
});

async function keepConnection({ app }: RunningService, keys: string, upstream: SmallUpstream): Promise<void> {
  const connection = aConnection({ authority: upstream.origin, graphOrigin: upstream.origin });
  const credentialId = makeId('cred', Date.now(), randomBytes(10));
  const text = JSON.stringify({ kind: 'client-secret', value: clientSecret });
  const context = credentialSealContext(connection.connectionId, credentialId);
  const { sealed, keyId } = await openSealer(keys).seal(text, context);
  const credential = { credentialId, kind: 'client-secret' as const, sealed, sealingKeyId: keyId, expiresAt: null };
  await app.get(Database).transaction(async () => {
    await app.get(ConnectionReplica).keep(connection, new Date());
    await app.get(ConnectionReplica).keepCredentials(connection.connectionId, 1, [credential]);
  });
  await eventually(async () => (await app.get(Connections).find(connection.connectionId)) !== null);
}
