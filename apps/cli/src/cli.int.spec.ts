import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { groupsStateTopic, userStateTopic, userTopic } from '@homerealm/contracts';
import { type EventLog, type EventLogSettings, openEventLog } from '@homerealm/events';
import { jest } from '@jest/globals';
import { createDatabase, describeWithKafka, eventually, type RunningKafka, startKafka } from '@homerealm/testing';
import pg from 'pg';
import { type Follower, followerName, startFollower } from './fixtures/follower.js';
import { compileCli, environmentOf, runCli, type RunOptions } from './fixtures/run-cli.js';
import { Teller } from './fixtures/teller.js';

// Every step starts a process, and some wait for members to leave a group.
jest.setTimeout(180_000);
const patience = { timeout: 60_000 };
/** Ids that a person can tell apart; their alphabet has no i, l, o and u. */
const idOf = (kind: string, name: string) =>
  `${kind}_${name.replaceAll(/[ilo]/g, '1').replaceAll('u', 'v').padStart(26, '0')}`;
const user = (name: string) => idOf('user', name);
const org = (name: string) => idOf('org', name);
const canary = 'Kanarienvogel';

function itLooksAfterEvents(settings: () => Promise<EventLogSettings>): void {
  let logSettings: EventLogSettings;
  let log: EventLog;
  let url: string;
  let teller: Teller;
  let follower: Follower | undefined;
  let reader: pg.Client;

  beforeAll(async () => {
    compileCli();
    logSettings = await settings();
    log = openEventLog(logSettings);
    url = await createDatabase(followerName);
    teller = await Teller.open(log);
    await start();
    reader = new pg.Client(url);
    await reader.connect();
  }, 300_000);
  afterAll(async () => {
    await follower?.close();
    await reader.end();
    await teller.close();
    await log.close();
  });

  const start = async () => {
    follower = await startFollower(url, logSettings);
  };
  const stop = async () => {
    await follower?.close();
    follower = undefined;
  };
  const run = (args: string, options: RunOptions = {}) =>
    runCli(wordsOf(args), { ...options, environment: { ...environmentOf(logSettings, url), ...options.environment } });
  const json = async <T>(args: string) => JSON.parse((await run(`${args} --json`)).out) as T;
  const query = async <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []) =>
    (await reader.query<Row>(sql, values)).rows;
  const column = async (sql: string) => (await query<{ v: string }>(sql)).map(({ v }) => v);
  const readModel = async () => ({
    events: await column(`SELECT subject || ' ' || seq || ' ' || type AS v FROM user_event ORDER BY 1`),
    groups: await column(`SELECT subject || ' ' || name AS v FROM user_group ORDER BY 1`),
  });
  const cursors = () =>
    column(`SELECT topic || ' ' || subject || ' ' || last_seq || state AS v FROM event_inbox ORDER BY 1`);
  const applied = async (subject: string) =>
    (await query<{ seq: string }>('SELECT seq FROM user_event WHERE subject = $1 ORDER BY seq', [subject])).map((row) =>
      Number(row.seq),
    );
  const breakAt = (subject: string, seq: number) => query('INSERT INTO broken VALUES ($1, $2)', [subject, seq]);
  const mend = () => query('DELETE FROM broken');
  const isParked = (subject: string, waiting: number) =>
    eventually(async () => {
      const sql = `SELECT 1 FROM event_parked WHERE subject = $1`;
      return (await query(sql, [subject])).length === waiting;
    }, patience);
  const place = (subject: string) => `--topic ${userTopic.name} --subject ${subject}`;

  describe('parked events', () => {
    const poison = user('poison');

    beforeAll(async () => {
      await breakAt(poison, 2);
      for (const sequence of [1, 2, 3]) await teller.user(poison, sequence);
      await isParked(poison, 2);
    }, 120_000);

    it('are listed by cause, and shown in order, without their data', async () => {
      const causes = await json<{ cause: string; subjects: { subject: string; waiting: number }[] }[]>('parked list');
      expect(causes).toEqual([
        {
          cause: expect.stringContaining('TypeError'),
          subjects: [expect.objectContaining({ subject: poison, waiting: 2 })],
        },
      ]);
      const shown = await run(`parked show ${place(poison)}`);
      expect(shown.out).toMatch(/2 +UserSuspended .* failed[^]*3 +UserReactivated .* behind/);
      expect(shown.out).not.toContain('{"userId"');
      expect((await run(`parked show ${place(poison)} --data`)).out).toContain(`{"userId":"${poison}"}`);
    });

    it('are parked anew when the cause is not mended', async () => {
      const ran = await run(`parked retry ${place(poison)}`);
      expect(ran).toMatchObject({ code: 1, out: expect.stringContaining('parked anew') });
      expect(await applied(poison)).toEqual([1]);
    });

    it('are run again in order once it is', async () => {
      await mend();
      expect(await run(`parked retry ${place(poison)}`)).toMatchObject({
        code: 0,
        out: expect.stringContaining('open again'),
      });
      expect(await applied(poison)).toEqual([1, 2, 3]);
      expect((await run('parked list')).err).toContain('No subject is parked.');
    });

    it('wait when nobody runs', async () => {
      const waiting = user('waiting');
      await breakAt(waiting, 1);
      await teller.user(waiting, 1);
      await isParked(waiting, 1);
      await stop();
      await mend();
      const ran = await run(`parked retry --topic ${userTopic.name} --all --wait 1`);
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('does it run?') });
      await start();
      await eventually(async () => (await applied(waiting)).length === 1, patience);
    });

    it('are skipped only for a reason, which is kept with who decided it', async () => {
      const skipped = user('skipped');
      await breakAt(skipped, 1);
      for (const sequence of [1, 2]) await teller.user(skipped, sequence);
      await isParked(skipped, 2);
      expect((await run(`parked skip ${place(skipped)}`)).code).toBe(64);
      expect((await run(`parked skip ${place(skipped)} --reason " "`)).code).toBe(64);
      expect(await column('SELECT reason AS v FROM event_skipped')).toEqual([]);
      const ran = await run(`parked skip ${place(skipped)} --by Ada --reason "test account, order 12"`);
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('open again') });
      expect(await applied(skipped)).toEqual([2]);
      expect(await query('SELECT subject, reason, skipped_by FROM event_skipped')).toEqual([
        { subject: skipped, reason: 'test account, order 12', skipped_by: 'Ada' },
      ]);
      expect(await run(`parked skip ${place(skipped)} --reason again`)).toMatchObject({ code: 1 });
      await mend();
    });
  });

  describe('events', () => {
    it('are shown as they are, those with personal data without it unless asked for', async () => {
      await teller.user(user('named'), 1);
      await teller.userState(user('named'), 1, [], canary);
      const args = `events tail --from beginning --topic ${userStateTopic.name} --subject ${user('named')} --count 1`;
      const ran = await run(args);
      expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('UserState 1') });
      expect(ran.out + ran.err + (await run(`${args} --json`)).out).not.toContain(canary);
      expect((await run(`${args} --data`)).out).toContain(canary);
    });

    it('are followed until Ctrl-C, chosen by type and subject', async () => {
      const someone = user('someone');
      for (const sequence of [1, 2, 3]) await teller.user(someone, sequence);
      const args = `events tail --from beginning --topic ${userTopic.name} --subject ${someone} --type UserSuspended --json`;
      const ran = await run(args, { until: (out) => out.includes('\n') });
      expect(ran.code).toBe(0);
      expect(JSON.parse(ran.out)).toMatchObject({
        type: 'UserSuspended',
        key: someone,
        sequence: 2,
        data: { userId: someone },
      });
    });

    it('are counted as lag from outside, also while the consumer is dead', async () => {
      const late = user('late');
      await stop();
      const since = new Date(Date.now() - 60_000);
      for (const sequence of [1, 2, 3]) await teller.user(late, sequence, since);
      const args = `events lag --consumer ${followerName} --topic ${userTopic.name}`;
      const { consumers, partitions } = await json<{ consumers: unknown; partitions: { lag: string }[] }>(args);
      expect(consumers).toEqual([{ consumer: followerName, reads: true, lag: '3' }]);
      expect(partitions.filter(({ lag }) => lag !== '0')).toEqual([
        expect.objectContaining({ lag: '3', since: since.toISOString() }),
      ]);
      expect((await run(`${args} --max 2`)).code).toBe(2);
      expect((await run(`${args} --max 3`)).code).toBe(0);
      await start();
      await eventually(async () => (await run(`${args} --max 0 --quick`)).code === 0, patience);
    });
  });

  describe('a digest', () => {
    type Digests = {
      digests: { organization: string; subjects: number; digest: string; numbers: Record<string, number> }[];
    };
    type Compared = {
      organizations: { organization: string; digest: string; consumerDigest: string; inSync: boolean }[];
    };
    const [ann, bob, cid] = [user('ann'), user('bob'), user('cid')];

    beforeAll(async () => {
      for (const [id, orgs] of [
        [ann, [org('a'), org('b')]],
        [bob, [org('b')]],
        [cid, []],
      ] as const) {
        await teller.user(id, 1);
        await teller.userState(id, 1, [...orgs]);
      }
      await teller.user(bob, 2);
      await eventually(async () => (await applied(bob)).length === 2, patience);
    }, 120_000);

    it('is given for each organization, for nobody’s, and for all', async () => {
      const { digests } = await json<Digests>(`state digest --topic ${userTopic.name} --subjects`);
      expect(digests[0]?.organization).toBe('all');
      expect(digests.find(({ organization }) => organization === org('a'))?.numbers).toEqual({ [ann]: 1 });
      expect(digests.find(({ organization }) => organization === org('b'))?.numbers).toEqual({ [ann]: 1, [bob]: 2 });
      expect(digests.at(-1)).toMatchObject({ organization: 'none', numbers: expect.objectContaining({ [cid]: 1 }) });
    });

    it('is the same at a consumer that has applied everything', async () => {
      const ran = await run(`state digest --topic ${userTopic.name} --consumer ${followerName} --json`);
      expect(ran.code).toBe(0);
      const { organizations } = JSON.parse(ran.out) as Compared;
      expect(organizations.length).toBeGreaterThan(3);
      for (const { digest, consumerDigest } of organizations) expect(consumerDigest).toBe(digest);
    });

    it('shows which organizations and subjects differ', async () => {
      await query(`UPDATE event_inbox SET last_seq = 1 WHERE topic = $1 AND subject = $2`, [userTopic.name, bob]);
      const ran = await run(`state digest --topic ${userTopic.name} --consumer ${followerName} --wait 0 --json`);
      await query(`UPDATE event_inbox SET last_seq = 2 WHERE topic = $1 AND subject = $2`, [userTopic.name, bob]);
      expect(ran.code).toBe(1);
      const found = JSON.parse(ran.out) as Compared & { differences: unknown };
      expect(found.differences).toEqual([
        { subject: bob, is: 'behind', log: 2, consumer: 1, state: 'open', organizations: [org('b')] },
      ]);
      expect(found.organizations.filter(({ inSync }) => !inSync).map(({ organization }) => organization)).toEqual([
        'all',
        org('b'),
      ]);
      for (const { digest, consumerDigest, inSync } of found.organizations)
        expect(digest === consumerDigest).toBe(inSync);
    });
  });

  describe('a replay', () => {
    let before: Awaited<ReturnType<typeof readModel>>;

    beforeAll(async () => {
      for (const name of ['ann', 'bob', 'cid']) {
        await teller.groups(user(name), 1, ['old'], new Date('2026-01-01T00:00:00.000Z'));
        await teller.groups(user(name), 2, ['staff', name]);
      }
      await eventually(async () => (await readModel()).groups.length === 6, patience);
      before = await readModel();
    }, 120_000);

    it('is refused while the service runs, and for another database', async () => {
      const all = await cursors();
      const ran = await run(`replay --consumer ${followerName} --from beginning --yes`);
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('Stop the service first') });
      expect((await run(`replay --consumer somebody --from beginning --yes`)).code).toBe(1);
      expect(await cursors()).toEqual(all);
      expect(await readModel()).toEqual(before);
    });

    it('is not begun without a yes', async () => {
      await stop();
      const ran = await run(`replay --consumer ${followerName} --from beginning`);
      expect(ran).toMatchObject({ code: 1, err: expect.stringContaining('Nothing was changed') });
      expect(await readModel()).toEqual(before);
    });

    it('changes nothing when it is killed half way, and can be run again', async () => {
      const [folder, all] = [mkdtempSync(join(tmpdir(), 'homerealm-cli-')), await cursors()];
      writeFileSync(join(folder, 'homerealm.replay.moved.KILL'), '');
      const ran = await run(`replay --consumer ${followerName} --from beginning --yes`, {
        environment: { CRASH_POINTS: folder },
      });
      rmSync(folder, { recursive: true });
      expect(ran.signal).toBe('SIGKILL');
      await eventually(async () => (await cursors()).join() === all.join(), patience);
      expect(await readModel()).toEqual(before);
      await start();
      const args = `events lag --consumer ${followerName} --max 0 --quick`;
      await eventually(async () => (await run(args)).code === 0, patience);
      expect(await readModel()).toEqual(before);
      await stop();
    });

    it('gives the read model that was there before', async () => {
      expect(await run(`replay --consumer ${followerName} --from beginning --yes`)).toMatchObject({ code: 0 });
      expect(await readModel()).toEqual({ events: [], groups: [] });
      expect((await query('SELECT 1 FROM event_catch_up')).length).toBeGreaterThan(0);
      await start();
      await eventually(async () => (await query('SELECT 1 FROM event_catch_up')).length === 0, patience);
      // What an operator had left out is in the log as before, and now nothing keeps it from being applied.
      const after = await readModel();
      expect(after.groups).toEqual(before.groups);
      expect(after.events).toEqual([...before.events, `${user('skipped')} 1 UserCreated`].sort());
    });

    it.each([
      ['a time', () => '2026-02-01T00:00:00Z'],
      ['offsets', (starts: string) => starts],
    ])('from %s keeps what is there, and applies the rest on top', async (_name, from) => {
      const model = await readModel();
      await stop();
      await query(`UPDATE user_group SET name = 'wrong' WHERE name = 'staff'`);
      const starts = [...(await log.bounds(groupsStateTopic.name))]
        .map(([part, { start: at }]) => `${part}:${at}`)
        .join(',');
      const ran = await run(
        `replay --consumer ${followerName} --topic ${groupsStateTopic.name} --from ${from(starts)} --yes`,
      );
      expect(ran).toMatchObject({ code: 0 });
      await start();
      await eventually(async () => (await readModel()).groups.join() === model.groups.join(), patience);
      expect(await readModel()).toEqual(model);
    });
  });
}

/** Words, those in double quotes as one. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');

describe('the command on the Postgres log', () => {
  itLooksAfterEvents(async () => ({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: await createDatabase('log') }));
});

describeWithKafka(
  'the command on Kafka',
  () => {
    let kafka: RunningKafka | null;
    afterAll(() => kafka?.close());
    itLooksAfterEvents(async () => {
      // A broker of its own, because the command knows no other topics than the real ones.
      kafka = await startKafka({ own: true });
      return { EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka?.brokers ?? [] };
    });

    it('creates missing topics only when told to', async () => {
      const environment = {
        EVENT_LOG: 'kafka',
        KAFKA_BROKERS: kafka?.brokers.join(',') ?? '',
        KAFKA_CREATE_TOPICS: 'false',
      };
      const tail = ['events', 'tail', '--topic', 'auth-gateway.sign-in.v1', '--from', 'beginning', '--count', '1'];
      expect(await runCli(tail, { environment })).toMatchObject({
        code: 1,
        err: expect.stringContaining('has no topic'),
      });
      expect(await runCli(['topics', 'ensure'], { environment })).toMatchObject({ code: 0 });
      const digest = ['state', 'digest', '--topic', 'auth-gateway.sign-in.v1'];
      expect(await runCli(digest, { environment })).toMatchObject({ code: 0, out: expect.stringMatching(/all +0/) });
    });
  },
  { own: true },
);
