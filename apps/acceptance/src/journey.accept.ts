import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { describeWithKafka, eventually } from '@homerealm/testing';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Browser } from './client/browser.js';
import { EventReader, type OutsideEvent } from './client/event-reader.js';
import { Management } from './client/management.js';
import { RelyingParty, type SignedIn } from './client/relying-party.js';
import { Simulator } from './client/simulator.js';

const schemas = fileURLToPath(new URL('../../../libs/contracts/schemas', import.meta.url));
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const topics = [
  'auth-gateway.sign-in.v1',
  'auth-gateway.profile-claims.v1',
  'identity-directory.user.v1',
  'profile-sync.groups.v1',
  'connection-registry.connection.v1',
];

/** Problems of an event by the schema that is committed for it; none when it fits. */
function misfits({ topic, type, data }: OutsideEvent): unknown[] {
  const schema = JSON.parse(readFileSync(join(schemas, topic, `${type}.json`), 'utf8')) as { $id: string };
  const validate = ajv.getSchema(schema.$id) ?? ajv.compile(schema);
  return validate(data) ? [] : (validate.errors ?? ['?']);
}

const sameSet = (one: string[], other: string[]): boolean => one.join() === other.join();

describeWithKafka(
  'a sign-in through Entra, four services as processes, a real Kafka',
  () => {
    let system: LocalSystem;
    let simulator: Simulator;
    let management: Management;
    let party: RelyingParty;
    let reader: EventReader;
    let ca: string;

    beforeAll(async () => {
      system = await startLocalSystem({ kafka: 'own', portBase: await freePortBase() });
      ca = readFileSync(system.caFile, 'utf8');
      simulator = new Simulator(system.urls.simulator, ca);
      await simulator.ask('PUT', 'settings', { autoSignIn: true });
      management = new Management(system.issuer, system.admin);
      party = await RelyingParty.discover(system.issuer, system.demoApplication);
      reader = await EventReader.open(system.kafka?.brokers ?? [], topics);
    }, 180_000);

    afterAll(async () => {
      await reader?.close();
      await simulator?.close();
      await system?.stop();
    }, 60_000);

    const accountWith = (fits: (account: LocalSystem['accounts'][number]) => boolean) => {
      const account = system.accounts.find(fits);
      if (account === undefined) throw new Error('there is no such demo account');
      return account;
    };

    /** A fresh browser, so that no session is left of an earlier sign-in. */
    async function signIn(email: string, params: Record<string, string> = {}): Promise<SignedIn> {
      const browser = new Browser(ca);
      try {
        return await party.signIn(browser, { login_hint: email, ...params });
      } finally {
        await browser.close();
      }
    }

    describe('by a client that is not ours, with its default settings', () => {
      let signedIn: SignedIn;
      let account: LocalSystem['accounts'][number];

      beforeAll(async () => {
        account = accountWith(({ groupCount, company }) => groupCount > 0 && groupCount < 200 && company === 'Contoso');
        signedIn = await signIn(account.email);
      });

      it('gives tokens with this sign-in’s groups and claims', () => {
        const { access, id } = signedIn;
        expect(access).toMatchObject({ ext_groups_status: 'complete', org_code: account.orgCode, sub: id.sub });
        expect(access['ext_groups']).toHaveLength(account.groupCount);
        expect(access['extra_claims']).toEqual(expect.any(Object));
        expect(id).toMatchObject({
          email: account.email,
          ext_provider: {
            connection_id: expect.stringMatching(/^conn_/),
            claims: { email: account.email, profile: { groups: access['ext_groups'] } },
          },
        });
      });

      it('answers at userinfo with the JWT access token', async () => {
        const answer = await party.userInfo(signedIn.tokens.access_token, String(signedIn.id.sub));
        expect(answer).toMatchObject({ sub: signedIn.id.sub, email: account.email });
      });

      it('rotates the refresh token', async () => {
        const again = await party.refresh(signedIn.tokens.refresh_token ?? '');
        expect(again.access).toMatchObject({ sub: signedIn.id.sub, ext_groups: signedIn.access['ext_groups'] });
        expect(again.tokens.refresh_token).not.toBe(signedIn.tokens.refresh_token);
      });

      it.each(['UserSignedIn', 'ProfileClaimsReceived', 'UserCreated', 'GroupsSynced'])(
        'is told to an outside consumer as %s: schema-valid, keyed, in sequence',
        async (type) => {
          const userId = String(signedIn.id.sub);
          const event = await reader.find((one) => one.type === type && one.key === userId, type);
          expect(misfits(event)).toEqual([]);
          expect(event.headers).toMatchObject({ ce_specversion: '1.0', ce_subject: userId, ce_type: type });
          const ofSubject = reader.seen.filter(({ topic, key }) => topic === event.topic && key === userId);
          expect(ofSubject.map(({ sequence }) => sequence)).toEqual(ofSubject.map((_event, index) => index + 1));
          expect(new Set(ofSubject.map(({ partition }) => partition)).size).toBe(1);
        },
      );
    });

    it.each([
      ['contoso-saml', 'entra-saml'],
      ['contoso-wsfed', 'entra-wsfed'],
    ])('through %s is told as one by %s, of the same user as through the other doors', async (name, strategy) => {
      const account = accountWith(({ company, groupCount }) => company === 'Contoso' && groupCount === 3);
      const before = await signIn(account.email);
      const page = await management.ask<{ items: { connectionId: string }[] }>(
        'GET',
        `${system.urls.registry}/connections?name=${name}`,
      );
      const { id, access } = await signIn(account.email, { connection_id: page.items[0]?.connectionId ?? '' });
      expect([id.sub, access['ext_groups']]).toEqual([before.id.sub, before.access['ext_groups']]);
      const told = await reader.find(
        ({ type, key, data }) => type === 'UserSignedIn' && key === id.sub && data?.['strategy'] === strategy,
        strategy,
      );
      expect(misfits(told)).toEqual([]);
    });

    it('of somebody with 250 groups carries all 250', async () => {
      const account = accountWith(({ groupCount }) => groupCount === 250);
      const { access, id } = await signIn(account.email);
      expect(access).toMatchObject({ ext_groups_status: 'complete' });
      expect(new Set(access['ext_groups'] as string[]).size).toBe(250);
      const synced = await reader.find(({ type, key }) => type === 'GroupsSynced' && key === id.sub, 'GroupsSynced');
      expect(synced.data).toMatchObject({ completeness: 'complete', source: 'graph', groups: access['ext_groups'] });
    });

    it('after a group was removed no longer carries it, and the next GroupsSynced says so', async () => {
      const account = accountWith(
        ({ groupCount, company }) => groupCount > 1 && groupCount < 200 && company === 'Contoso',
      );
      const before = await signIn(account.email);
      let refreshToken = before.tokens.refresh_token ?? '';
      const groups = before.access['ext_groups'] as string[];
      const [removed, ...kept] = groups;
      const objectId = await objectIdOf(before);
      await simulator.ask('PUT', `users/${objectId}/groups`, { groups: kept });
      const after = await signIn(account.email);
      expect(after.access['ext_groups']).toEqual(kept);
      const told = await reader.find(
        ({ type, key, data }) =>
          type === 'GroupsSynced' && key === after.id.sub && (data?.['removed'] as string[]).length > 0,
        'a removal',
      );
      expect(told.data).toMatchObject({ groups: kept, removed: [removed], added: [] });
      const state = `${system.urls.profileSync}/users/${after.id.sub}/groups`;
      await eventually(async () => sameSet((await management.ask<{ groups: string[] }>('GET', state)).groups, kept));
      await eventually(
        async () => {
          const refreshed = await party.refresh(refreshToken);
          refreshToken = refreshed.tokens.refresh_token ?? '';
          return sameSet(refreshed.access['ext_groups'] as string[], kept);
        },
        { timeout: 20_000, says: 'the removal in a refreshed token' },
      );
    });

    /** The person's object id at the provider, from the directory. */
    async function objectIdOf({ id }: SignedIn): Promise<string> {
      const { items } = await management.ask<{ items: { account: { objectId: string } | null }[] }>(
        'GET',
        `${system.urls.directory}/users/${id.sub}/identities`,
      );
      return items[0]?.account?.objectId ?? '';
    }

    it('that is refused stands in the attempts with its reason, and on the page with its id', async () => {
      await simulator.ask('POST', 'faults', { name: 'wrong-nonce', times: 1 });
      const browser = new Browser(ca);
      const { url } = await party.begin({ login_hint: accountWith(({ company }) => company === 'Contoso').email });
      const page = await browser.follow(url, system.demoApplication.redirectUri);
      await browser.close();
      expect(page.status).toBeGreaterThanOrEqual(400);
      const attemptId = /attempt_[0-9a-z]{26}/.exec(page.text)?.[0];
      const record = await management.ask<{ code: string; checks: { code: string; outcome: string }[] }>(
        'GET',
        `${system.urls.gateway}/sign-in-attempts/${attemptId}`,
      );
      expect(record.code).toMatch(/nonce/);
      expect(record.checks.at(-1)).toMatchObject({ outcome: 'failed' });
      const refused = await reader.find(({ data }) => data?.['attemptId'] === attemptId, 'SignInRefused');
      expect(refused).toMatchObject({ type: 'SignInRefused', data: { code: record.code } });
    });

    it.each(['registry', 'profileSync'] as const)('works while %s is stopped', async (part) => {
      await system.service(part).stop();
      try {
        const { access } = await signIn(accountWith(({ company }) => company === 'Fabrikam').email);
        expect(access.sub).toMatch(/^user_/);
      } finally {
        await system.service(part).start();
      }
    });

    it('works while Kafka is stopped, and is told in order when it is back', async () => {
      const account = accountWith(
        ({ groupCount, company }) => groupCount > 0 && groupCount < 200 && company === 'Fabrikam',
      );
      const first = await signIn(account.email);
      const userId = String(first.id.sub);
      const isOurs = ({ type, key }: OutsideEvent) => type === 'UserSignedIn' && key === userId;
      const { sequence } = await reader.find(isOurs, 'the sign-in before');
      await system.kafka?.stop();
      const ids: unknown[] = [];
      try {
        for (let round = 0; round < 3; round++) ids.push((await signIn(account.email)).id.sub);
      } finally {
        await system.kafka?.start();
      }
      expect(ids).toEqual([userId, userId, userId]);
      await reader.find((event) => isOurs(event) && event.sequence >= sequence + 3, 'the last of the sign-ins', 60_000);
      const told = [...new Set(reader.seen.filter(isOurs).map((event) => event.sequence))];
      expect(told).toEqual(told.map((_sequence, index) => index + 1));
    }, 120_000);

    it('leaves no secret and no token in any log', async () => {
      const { tokens } = await signIn(accountWith(({ company }) => company === 'Contoso').email);
      const canaries = [
        tokens.access_token,
        tokens.id_token ?? '',
        tokens.refresh_token ?? '',
        system.admin.clientSecret,
        system.demoApplication.clientSecret,
        await management.accessToken(),
        ...system.accounts.flatMap(({ email, password }) => [email, password]),
      ].filter((canary) => canary !== '');
      const logs = readdirSync(join(system.dataDir, 'logs')).filter((name) => !/simulator|kafka|postgres/.test(name));
      expect(logs.length).toBeGreaterThanOrEqual(4);
      for (const name of logs) {
        const text = readFileSync(join(system.dataDir, 'logs', name), 'utf8');
        expect([name, canaries.filter((canary) => text.includes(canary))]).toEqual([name, []]);
      }
      const open = reader.seen.filter(({ topic }) => topic !== 'auth-gateway.profile-claims.v1');
      const told = JSON.stringify(open.map(({ data, headers }) => [data, headers]));
      expect(canaries.filter((canary) => told.includes(canary))).toEqual([]);
    });
  },
  { own: true },
);
