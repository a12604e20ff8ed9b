import { readFileSync } from 'node:fs';
import {
  groupsStateTopic,
  groupsTopic,
  profileClaimsTopic,
  profileTopic,
  userStateTopic,
  userTopic,
} from '@homerealm/contracts';
import { cleanPostgresLog, type EventLog, openEventLog, readAll } from '@homerealm/events';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { describeWithKafka, eventually } from '@homerealm/testing';
import pg from 'pg';
import { Browser } from './client/browser.js';
import { Everywhere } from './client/everywhere.js';
import { hurryCleaning, moveOn } from './client/forced-cleaning.js';
import { Management } from './client/management.js';
import { RelyingParty } from './client/relying-party.js';
import { Saboteur } from './client/saboteur.js';
import { Simulator } from './client/simulator.js';

/** Stands in every value of the person that is text, and in nothing else. Small letters: addresses are compared so. */
const canary = 'kanarienvogel';
const person = {
  oid: 'cafe0001-0000-4000-8000-00000c0ffee1',
  userPrincipalName: `${canary}.upn@contoso.example`,
  mail: `${canary}.mail@contoso.example`,
  otherMails: [`${canary}.other@contoso.example`],
  displayName: `${canary} display`,
  givenName: `${canary} given`,
  surname: `${canary} family`,
  jobTitle: `${canary} job`,
  department: `${canary} department`,
  officeLocation: `${canary} office`,
  mobilePhone: `+49 ${canary}`,
  preferredLanguage: `${canary}-language`,
};
const groups = ['cafe0002-0000-4000-8000-00000c0ffee2', 'cafe0003-0000-4000-8000-00000c0ffee3'];
const words = [canary, person.oid, ...groups];

/** Tables that hold the person while they are a user, with events about them that could not be applied. */
const held = [
  'directory.event_parked',
  'directory.identity',
  'directory.sign_in_answer',
  'directory.user',
  'gateway.event_parked',
  'gateway.oidc_record',
  'gateway.sign_in_attempt',
  'gateway.user_groups',
  'profileSync.event_parked',
  'profileSync.person',
];
const told = [profileClaimsTopic, profileTopic, userStateTopic, groupsTopic, groupsStateTopic]
  .map(({ name }) => name)
  .sort();
const patience = { timeout: 60_000, every: 250 };

type LogName = 'kafka' | 'postgres-log';

/** Everything one system needs to be looked through. */
class Bench {
  userId = '';

  private constructor(
    readonly system: LocalSystem,
    readonly log: EventLog,
    readonly everywhere: Everywhere,
    readonly simulator: Simulator,
    readonly management: Management,
    private readonly party: RelyingParty,
    private readonly ca: string,
  ) {}

  static async open(kind: LogName): Promise<Bench> {
    const kafka = kind === 'kafka' && 'own';
    const system = await startLocalSystem({ kafka, portBase: await freePortBase() });
    const log = openEventLog({
      EVENT_LOG: kind,
      KAFKA_BROKERS: system.kafka?.brokers,
      EVENT_LOG_DATABASE_URL: system.postgres.eventLog,
    });
    const ca = readFileSync(system.caFile, 'utf8');
    return new Bench(
      system,
      log,
      new Everywhere(system, log, words),
      new Simulator(system.urls.simulator, ca),
      new Management(system.issuer, system.admin),
      await RelyingParty.discover(system.issuer, system.demoApplication),
      ca,
    );
  }

  async close(): Promise<void> {
    await this.everywhere.close();
    await this.log.close();
    await this.simulator.close();
    await this.system.stop();
  }

  async signIn(): Promise<void> {
    await this.simulator.ask('PUT', 'settings', { autoSignIn: true });
    await this.simulator.ask('POST', 'users', { tenant: 'contoso.example', ...person, groups });
    const browser = new Browser(this.ca);
    try {
      const { access } = await this.party.signIn(browser, { login_hint: person.userPrincipalName });
      this.userId = String(access.sub);
      expect(access['ext_groups']).toEqual(groups);
    } finally {
      await browser.close();
    }
  }

  /** Waits until the person stands in all topics that carry personal data, and in no other. */
  async isTold(): Promise<void> {
    const inTopics = async () => (await this.everywhere.inRecords()).sort().join();
    await eventually(async () => (await inTopics()) === told.join(), { ...patience, says: 'the person in the topics' });
  }

  remove(): Promise<unknown> {
    return this.management.ask('DELETE', `${this.system.urls.directory}/users/${this.userId}`);
  }

  async rows(name: 'gateway' | 'directory' | 'profileSync', sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: this.system.postgres[name] });
    await client.connect();
    try {
      return (await client.query(sql, [this.userId])).rows;
    } finally {
      await client.end();
    }
  }

  /** Waits until a service has put aside so many records of the person. */
  parks(name: 'gateway' | 'directory' | 'profileSync', count: number): Promise<unknown> {
    const sql = 'SELECT 1 FROM event_parked WHERE subject = $1';
    return eventually(async () => (await this.rows(name, sql)).length === count, {
      ...patience,
      says: `${count} parked events at ${name}`,
    });
  }

  /** Every service has heard of the deletion and put nothing of the person aside. */
  async isHeard(): Promise<void> {
    const ended = 'SELECT 1 FROM ended_user WHERE user_id = $1';
    const erased = 'SELECT 1 FROM person WHERE user_id = $1 AND erased';
    await eventually(async () => (await this.rows('gateway', ended)).length === 1, patience);
    await eventually(async () => (await this.rows('profileSync', erased)).length === 1, patience);
    for (const name of ['gateway', 'directory', 'profileSync'] as const) await this.parks(name, 0);
  }
}

describeWithKafka(
  'a user who is deleted, on a real Kafka',
  () => {
    let bench: Bench;
    let saboteur: Saboteur;

    beforeAll(async () => {
      bench = await Bench.open('kafka');
      saboteur = await Saboteur.open(bench.system.kafka?.brokers ?? []);
    }, 240_000);
    afterAll(async () => {
      await saboteur?.close();
      await bench?.close();
    }, 60_000);

    const poison = (topic: { name: string }) => saboteur.poison(topic.name, bench.userId, `{"name":"${canary}`);

    it('had personal data in all the places that are looked through', async () => {
      await bench.signIn();
      await bench.isTold();
      for (const topic of [profileClaimsTopic, profileTopic, groupsStateTopic, userTopic]) await poison(topic);
      await bench.parks('profileSync', 2);
      await bench.parks('gateway', 2);
      await bench.parks('directory', 1);
      expect(await bench.everywhere.inRows()).toEqual(held);
    }, 120_000);

    it('is gone from every row, though events about them were parked, and nothing that comes late brings them back', async () => {
      const claims = (await readAll(bench.log, profileClaimsTopic)).filter(({ event }) => event !== null);
      await bench.remove();
      await bench.isHeard();
      expect(await bench.everywhere.inRows()).toEqual([]);

      const late = claims.find(({ record }) => record.key === bench.userId)?.record;
      if (!late) throw new Error('there were no claims');
      for (const sequence of [2, 3]) {
        const headers = { ...late.headers, ce_id: `late-${sequence}`, ce_sequence: String(sequence) };
        await saboteur.write(profileClaimsTopic.name, { key: bench.userId, value: late.value, headers });
      }
      // Not to a state topic: there its owner's tombstone is the last word, and a later record would be kept for good.
      for (const topic of [profileClaimsTopic, profileTopic]) await poison(topic);
      await isReadToTheEnd();
      expect(await bench.everywhere.inRows()).toEqual([]);
    }, 180_000);

    it('is gone from every record when retention and compaction have passed, and was in no log', async () => {
      await hurryCleaning(bench.system.kafka?.brokers ?? []);
      await eventually(
        async () => {
          await moveOn(saboteur);
          return (await bench.everywhere.inRecords()).length === 0;
        },
        { timeout: 150_000, every: 2000, says: 'topics without the person' },
      );
      expect(await bench.everywhere.find()).toEqual([]);
    }, 200_000);

    /** Every consumer has gone past what lies in the person's topics now. */
    async function isReadToTheEnd(): Promise<void> {
      const readers = [
        ['profile-sync', profileClaimsTopic],
        ['identity-directory', profileTopic],
        ['auth-gateway', groupsStateTopic],
      ] as const;
      for (const [group, { name }] of readers) {
        const ends = await bench.log.bounds(name);
        const isThere = async () => {
          const position = await bench.log.position(group, name);
          return [...ends].every(([at, { start, end }]) => end === start || (position.get(at) ?? 0n) >= end);
        };
        await eventually(isThere, { ...patience, says: `${group} at the end of ${name}` });
      }
    }
  },
  { own: true },
);

describe('a user who is deleted, on the event log in Postgres', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open('postgres-log');
  }, 240_000);
  afterAll(() => bench?.close(), 60_000);

  it('is gone from every row and, when the log has been cleaned, from every record', async () => {
    await bench.signIn();
    await bench.isTold();
    expect(await bench.everywhere.inRows()).toContain('eventLog.log_event');
    await bench.remove();
    await bench.isHeard();
    await eventually(async () => (await bench.everywhere.inRows()).join() === 'eventLog.log_event', patience);
    await clean();
    expect(await bench.everywhere.find()).toEqual([]);
  }, 180_000);

  /** A month and a day later, the hourly cleaning comes. */
  async function clean(): Promise<void> {
    const pool = new pg.Pool({ connectionString: bench.system.postgres.eventLog, max: 1 });
    await pool.query(`UPDATE log_event SET at = at - interval '31 days'`);
    await cleanPostgresLog(pool);
    await pool.end();
  }
});
