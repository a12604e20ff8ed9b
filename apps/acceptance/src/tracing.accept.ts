import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { describeWithKafka, eventually } from '@homerealm/testing';
import { Browser } from './client/browser.js';
import { type CollectedSpan, Collector } from './client/collector.js';
import { Management } from './client/management.js';
import { OtherEntra } from './client/other-entra.js';
import { RelyingParty, type SignedIn } from './client/relying-party.js';

const alerts = fileURLToPath(new URL('../../../deploy/prometheus/alerts.yml', import.meta.url));

/** What a sign-in sets off, in the order of cause and effect: service and span. */
const way = [
  'auth-gateway: GET /login/callback/:connectionId',
  'auth-gateway: POST identity-directory/sign-ins',
  'identity-directory: POST /sign-ins',
  'identity-directory: send identity-directory.user.v1',
  'auth-gateway: send auth-gateway.sign-in.v1',
  'auth-gateway: send auth-gateway.profile-claims.v1',
  'profile-sync: process auth-gateway.profile-claims.v1',
  'profile-sync: send profile-sync.groups.v1',
  'profile-sync: send profile-sync.groups-state.v1',
  'auth-gateway: process profile-sync.groups-state.v1',
];

describeWithKafka(
  'the trace of a sign-in, four services as processes, a real Kafka',
  () => {
    let folder: string;
    let collector: Collector;
    let entra: OtherEntra;
    let system: LocalSystem;
    let management: Management;
    let signedIn: SignedIn;
    let code: string;

    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'homerealm-tracing-'));
      [collector, entra] = await Promise.all([Collector.start(), OtherEntra.start()]);
      const ca = join(folder, 'ca.pem');
      writeFileSync(ca, entra.caPem);
      system = await startLocalSystem({
        kafka: 'own',
        portBase: await freePortBase(),
        environment: {
          ...process.env,
          LOG_LEVEL: 'debug',
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
          OTEL_EXPORTER_OTLP_HEADERS: 'x-collector-key=canary-of-the-collector',
          ENTRA_AUTHORITIES: `${entra.origin}=${entra.graphOrigin}`,
          NODE_EXTRA_CA_CERTS: ca,
        },
      });
      management = new Management(system.issuer, system.admin);
      ({ signedIn, code } = await signIn(await connect()));
    }, 180_000);

    afterAll(async () => {
      await system?.stop();
      await entra?.stop();
      await collector?.stop();
      rmSync(folder, { recursive: true, force: true });
    }, 60_000);

    async function connect(): Promise<string> {
      const connections = `${system.urls.registry}/connections`;
      const { connectionId } = await management.ask<{ connectionId: string }>('POST', connections, {
        ...{ strategy: 'entra-oauth2', name: 'other', displayName: 'Other' },
        ...{ authority: entra.origin, entraDomain: entra.tenant },
        ...{ clientId: entra.clientId, clientSecret: entra.clientSecret, homeRealmDomains: ['other.example'] },
        ...{ getUserGroups: true, trustedProvider: true, createUsers: true },
      });
      const enable = { override: true, reason: 'acceptance test' };
      await management.ask('POST', `${connections}/${connectionId}/enable`, enable);
      return connectionId;
    }

    /** Tried again until the gateway has heard of the connection; nobody is signed in before that. */
    async function signIn(connectionId: string): Promise<{ signedIn: SignedIn; code: string }> {
      const party = await RelyingParty.discover(system.issuer, system.demoApplication);
      return eventually(
        async () => {
          const browser = new Browser(`${readFileSync(system.caFile, 'utf8')}\n${entra.caPem}`);
          const { url, checks } = await party.begin({ connection_id: connectionId, login_hint: entra.email });
          const { location } = await browser
            .follow(url, system.demoApplication.redirectUri)
            .finally(() => browser.close());
          if (!location?.searchParams.has('code')) return undefined;
          return {
            code: location.searchParams.get('code') ?? '',
            signedIn: await party.redeem(location, checks),
          };
        },
        { timeout: 30_000, every: 200, says: 'a sign-in' },
      );
    }

    const labelOf = ({ service, name }: CollectedSpan) => `${service}: ${name}`;
    const callback = () =>
      collector.spans.find(
        ({ name, attributes }) => name.startsWith(`GET /login/callback`) && attributes['homerealm.attempt_id'],
      );
    const trace = () =>
      eventually(
        () => {
          const root = callback();
          const spans = root ? collector.traceOf(root) : [];
          const missing = way.filter((label) => !spans.some((span) => labelOf(span) === label));
          if (missing.length > 0) throw new Error(`not there yet: ${missing.join(', ')}`);
          return spans;
        },
        { timeout: 30_000, says: 'the whole trace' },
      );

    it('is one, from the callback through directory, log and profile-sync back to the gateway', async () => {
      const spans = await trace();
      const byId = new Map(spans.map((span) => [span.spanId, span]));
      const pathOf = (span: CollectedSpan | undefined): string[] =>
        span ? [...pathOf(byId.get(span.parentSpanId ?? '')), labelOf(span)] : [];
      const last = spans.find((span) => labelOf(span) === way.at(-1));
      expect(pathOf(last)).toEqual([
        'auth-gateway: GET /login/callback/:connectionId',
        'auth-gateway: send auth-gateway.profile-claims.v1',
        'profile-sync: process auth-gateway.profile-claims.v1',
        'profile-sync: send profile-sync.groups-state.v1',
        'auth-gateway: process profile-sync.groups-state.v1',
      ]);
      const roots = spans.filter(({ parentSpanId }) => parentSpanId === undefined || !byId.has(parentSpanId));
      expect(roots.map(labelOf)).toEqual([way[0]]);
      const about = collector.spans.filter(
        ({ attributes }) => attributes['messaging.kafka.message.key'] === signedIn.id.sub,
      );
      expect([...new Set(about.map(({ traceId }) => traceId))]).toEqual([last?.traceId]);
    });

    it('says of every event which it is and what became of it', async () => {
      const handled = (await trace()).filter(({ kind }) => kind === 'consumer');
      expect(handled.length).toBeGreaterThanOrEqual(2);
      for (const { attributes } of handled) {
        expect(attributes).toMatchObject({
          'homerealm.outcome': 'applied',
          'homerealm.event.sequence': expect.any(Number),
          'messaging.message.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
          'messaging.kafka.message.key': signedIn.id.sub,
        });
      }
    });

    it('is found by the id of the attempt, and stands in log lines', async () => {
      const { items } = await management.ask<{ items: { attemptId: string }[] }>(
        'GET',
        `${system.urls.gateway}/sign-in-attempts?userId=${signedIn.id.sub}`,
      );
      const [span] = await trace();
      expect(callback()?.attributes['homerealm.attempt_id']).toBe(items[0]?.attemptId);
      const logs = join(system.dataDir, 'logs');
      const lines = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
      expect(lines.filter((text) => text.includes(`"traceId":"${span?.traceId}"`)).length).toBeGreaterThanOrEqual(2);
    });

    it('is not told to the identity provider', () => {
      expect(entra.heard.length).toBeGreaterThanOrEqual(3);
      expect(
        entra.heard.filter(({ traceparent, tracestate, baggage }) => traceparent ?? tracestate ?? baggage),
      ).toEqual([]);
    });

    it('holds no email, no code, no token and no secret; neither do the logs hold the collector’s key', async () => {
      await trace();
      const { tokens } = signedIn;
      const canaries = {
        email: entra.email,
        'client secret of the connection': entra.clientSecret,
        'client secret of the application': system.demoApplication.clientSecret,
        'client secret of the admin': system.admin.clientSecret,
        'our code': code,
        'access token': tokens.access_token,
        'ID token': tokens.id_token ?? '-',
        'refresh token': tokens.refresh_token ?? '-',
        'token of the admin': await management.accessToken(),
        'token at Graph': 'graph-of-grace',
        'display name': 'Grace',
        ...Object.fromEntries(entra.issuedCodes.map((issued, index) => [`the provider’s code ${index}`, issued])),
      };
      const found = (text: string) => Object.entries(canaries).filter(([, canary]) => text.includes(canary));
      expect(found(collector.text)).toEqual([]);
      expect(collector.text).not.toMatch(/[?&](code|state|login_hint)=/);
      const logs = join(system.dataDir, 'logs');
      for (const name of readdirSync(logs)) {
        const text = readFileSync(join(logs, name), 'utf8');
        expect([name, text.includes('canary-of-the-collector')]).toEqual([name, false]);
      }
    });

    it('has numbers beside it: every metric that alerts ask for is there, and described', async () => {
      const asked = new Set(readFileSync(alerts, 'utf8').match(/\b(?:events|http)_[a-z_]+\b/g));
      expect(asked.size).toBeGreaterThan(8);
      for (const url of [system.urls.gateway, system.urls.profileSync]) {
        const text = await (await fetch(`${url}/metrics`)).text();
        const described = new Set([...text.matchAll(/^# HELP (\w+) \S/gm)].map(([, name]) => name ?? ''));
        expect([...asked].filter((name) => !described.has(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
        expect(text).toMatch(/^events_relay_leader\{service="[a-z-]+"\} 1$/m);
        expect(text).toMatch(/^events_consumer_up\{service="[a-z-]+"\} 1$/m);
        expect(text).not.toMatch(/(user|attempt|conn|org)_[0-9a-hjkmnp-tv-z]{26}/);
      }
    });
  },
  { own: true },
);
