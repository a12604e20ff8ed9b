import { readFileSync } from 'node:fs';
import { groupsStateTopic, userTopic } from '@homerealm/contracts';
import { ParkedEvents, PgDatabase } from '@homerealm/events';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { describeWithKafka, eventually } from '@homerealm/testing';
import { Browser } from './client/browser.js';
import { RelyingParty } from './client/relying-party.js';
import { Saboteur } from './client/saboteur.js';
import { Simulator } from './client/simulator.js';

const bound = 20;
const patience = { timeout: 60_000, every: 250 };

describeWithKafka(
  'groups in refreshed tokens, a real Kafka',
  () => {
    let system: LocalSystem;
    let simulator: Simulator;
    let party: RelyingParty;
    let saboteur: Saboteur;
    let database: PgDatabase;
    let parked: ParkedEvents;
    let ca: string;

    beforeAll(async () => {
      const environment = { ...process.env, GROUPS_FRESH_WITHIN: String(bound) };
      system = await startLocalSystem({ kafka: 'own', portBase: await freePortBase(), environment });
      ca = readFileSync(system.caFile, 'utf8');
      simulator = new Simulator(system.urls.simulator, ca);
      await simulator.ask('PUT', 'settings', { autoSignIn: true });
      party = await RelyingParty.discover(system.issuer, system.demoApplication);
      saboteur = await Saboteur.open(system.kafka?.brokers ?? []);
      database = new PgDatabase({ url: system.postgres.gateway, poolSize: 2 });
      parked = new ParkedEvents(database);
    }, 240_000);

    afterAll(async () => {
      await saboteur?.close();
      await database?.close();
      await simulator?.close();
      await system?.stop();
    }, 60_000);

    /** Somebody who signed in, with the refresh token of the moment. */
    class Person {
      userId = '';
      private refreshToken = '';

      constructor(private readonly email: string) {}

      async signIn(): Promise<unknown> {
        const browser = new Browser(ca);
        try {
          const { access, tokens } = await party.signIn(browser, { login_hint: this.email });
          this.userId = String(access.sub);
          this.refreshToken = tokens.refresh_token ?? '';
          return access['ext_groups_status'];
        } finally {
          await browser.close();
        }
      }

      /** What a refreshed token says of the groups: `complete`, or `unknown` and then none of them. */
      async refresh(): Promise<unknown> {
        const { access, tokens } = await party.refresh(this.refreshToken);
        this.refreshToken = tokens.refresh_token ?? '';
        const { ext_groups: groups, ext_groups_status: status } = access;
        return (status === 'complete') === Array.isArray(groups) ? status : `${String(status)}, but with groups`;
      }

      comesToSay(status: string): Promise<unknown> {
        return eventually(async () => (await this.refresh()) === status, { ...patience, says: `groups ${status}` });
      }
    }

    const people = () => {
      const [one, other] = system.accounts.filter(
        ({ groupCount, company }) => groupCount > 0 && groupCount < 200 && company === 'Contoso',
      );
      return [new Person(one?.email ?? ''), new Person(other?.email ?? '')] as const;
    };
    const skip = (topic: { name: string }, subject: string) =>
      parked.skip(
        { consumer: 'auth-gateway', topic: topic.name, subject },
        { reason: 'planted by a test', by: 'a test' },
      );
    const isParked = (subject: string) =>
      eventually(async () => (await parked.list('auth-gateway')).some((one) => one.subject === subject), patience);

    it('are unknown while the user’s groups wait; those of others are not; a skip or a newer state heals', async () => {
      const [ada, bob] = people();
      await ada.signIn();
      await bob.signIn();
      await ada.comesToSay('complete');
      await bob.comesToSay('complete');

      await saboteur.poison(groupsStateTopic.name, ada.userId);
      await isParked(ada.userId);
      expect([await ada.refresh(), await bob.refresh()]).toEqual(['unknown', 'complete']);
      await skip(groupsStateTopic, ada.userId);
      await ada.comesToSay('complete');

      await saboteur.poison(groupsStateTopic.name, ada.userId);
      await isParked(ada.userId);
      expect(await ada.refresh()).toBe('unknown');
      expect(await ada.signIn()).toBe('complete');
      await ada.comesToSay('complete');
      expect(await parked.list('auth-gateway')).toEqual([]);
    }, 180_000);

    it('are in no token at all while an event of the user waits, and the refresh token stays good', async () => {
      const [ada, bob] = people();
      await ada.signIn();
      await bob.signIn();
      await saboteur.poison(userTopic.name, ada.userId);
      await isParked(ada.userId);
      await expect(ada.refresh()).rejects.toMatchObject({ cause: { status: 503 } });
      await bob.comesToSay('complete');
      await skip(userTopic, ada.userId);
      await ada.comesToSay('complete');
    }, 120_000);

    it('of a sign-in are there while Kafka is down; those of a refresh become unknown, and come back', async () => {
      const [ada] = people();
      await ada.signIn();
      await ada.comesToSay('complete');
      await system.kafka?.stop();
      try {
        await ada.comesToSay('unknown');
        const [again] = people();
        expect(await again.signIn()).toBe('complete');
        expect(await ada.refresh()).toBe('unknown');
      } finally {
        await system.kafka?.start();
      }
      await ada.comesToSay('complete');
    }, 180_000);

    /** The limit of the promise: what was never published is missed by nobody. */
    it('do not become unknown because profile-sync tells nothing', async () => {
      const [ada] = people();
      await ada.signIn();
      await ada.comesToSay('complete');
      await system.service('profileSync').stop();
      try {
        await new Promise((resume) => setTimeout(resume, bound * 1_000 + 2_000));
        expect(await ada.refresh()).toBe('complete');
      } finally {
        await system.service('profileSync').start();
      }
    }, 120_000);
  },
  { own: true },
);
