import { randomUUID } from 'node:crypto';
import {
  allTopics,
  type AnyTopic,
  connectionStateTopic,
  groupsStateTopic,
  groupsTopic,
  policyStateTopic,
  profileClaimsTopic,
  profileTopic,
  userTopic,
} from '@homerealm/contracts';
import { ConnectionId } from '@homerealm/domain';
import { Database, type EventLog, EventsServer, openEventLog, readAll } from '@homerealm/events';
import { type RunningService, startService } from '@homerealm/platform';
import { createDatabase, eventually } from '@homerealm/testing';
import { AppModule } from './app.module.js';
import { config } from './config.js';
import { Replica } from './use-cases/replica.port.js';

const userId = 'user_01jd3m0000000000000000000a';
const example = profileClaimsTopic.events.ProfileClaimsReceived.example;
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();

describe('profile-sync', () => {
  let service: RunningService;
  let log: EventLog;
  let sequences: Map<string, number>;
  const logged: string[] = [];

  beforeEach(async () => {
    const settings = config.read({
      PORT: '0',
      LOG_LEVEL: 'debug',
      ISSUER: 'http://localhost:1',
      DATABASE_URL: await createDatabase('profile_sync'),
      EVENT_LOG: 'postgres-log',
      EVENT_LOG_DATABASE_URL: await createDatabase('profile_sync_log'),
      SEALING_KEYS: `k:${Buffer.alloc(32, 1).toString('base64')}`,
    });
    log = openEventLog(settings);
    await log.ensureTopics(allTopics);
    sequences = new Map();
    service = await startService({
      name: 'profile-sync',
      says: 'Under test.',
      module: AppModule.for(settings),
      settings,
      connect: (app) => app.connectMicroservice({ strategy: app.get(EventsServer) }, { inheritAppConfig: true }),
      logTo: { write: (line: string) => void logged.push(line) },
    });
    await service.ready;
  });

  afterEach(async () => {
    await service.close();
    await log.close();
  });

  /** Publishes as the topic's owner would. */
  async function tell(topic: AnyTopic, type: string, subject: string, data: unknown): Promise<void> {
    const sequence = (sequences.get(topic.name + subject) ?? 0) + 1;
    sequences.set(topic.name + subject, sequence);
    const headers = {
      'content-type': 'application/json',
      ce_specversion: '1.0',
      ce_id: randomUUID(),
      ce_source: topic.owner,
      ce_type: type,
      ce_subject: subject,
      ce_time: at(0),
      ce_sequence: String(sequence),
      ce_revision: String(sequence),
    };
    const publisher = await log.openPublisher();
    await publisher.publish([{ topic: topic.name, key: subject, value: JSON.stringify(data), headers }]);
    await publisher.close();
  }

  const claims = (minute: number, groups: object | undefined, more: object = {}) => ({
    ...example,
    userId,
    ...more,
    account: { ...example.account, asOf: at(minute), groups },
  });
  const complete = (minute: number, ...groups: string[]) => ({
    completeness: 'complete',
    source: 'token',
    asOf: at(minute),
    groups,
  });
  const unknown = (minute: number) => ({ completeness: 'unknown', reason: 'graph-timeout', asOf: at(minute) });
  const receive = (data: object) => tell(profileClaimsTopic, 'ProfileClaimsReceived', userId, data);

  const told = async (topic: AnyTopic) =>
    (await readAll(log, topic)).map(({ event, record }) => ({
      ...event,
      data: event?.data as never,
      value: record.value,
    }));
  /** Waits until so many events stand in the topic, and gives them. */
  const toldAtLast = (topic: AnyTopic, count: number) =>
    eventually(async () => {
      const events = await told(topic);
      return events.length >= count && events;
    });

  it('tells profile and groups of a sign-in, and what a next one added and removed', async () => {
    await receive(claims(1, complete(1, 'a', 'b')));
    await receive(claims(2, complete(2, 'b', 'c')));
    const events = await toldAtLast(groupsTopic, 2);
    expect(events).toMatchObject([
      { type: 'GroupsSynced', subject: userId, sequence: 1, data: { groups: ['a', 'b'], removed: [] } },
      {
        type: 'GroupsSynced',
        subject: userId,
        sequence: 2,
        data: { groups: ['b', 'c'], added: ['c'], removed: ['a'] },
      },
    ]);
    expect((await toldAtLast(groupsStateTopic, 2)).at(-1)).toMatchObject({ sequence: 2, data: { groups: ['b', 'c'] } });
    expect(await toldAtLast(profileTopic, 2)).toMatchObject([
      { data: { asOf: at(1), policy: 'environment-on' } },
      { data: { asOf: at(2), profile: { givenName: 'Ada' } } },
    ]);
  });

  it('A34: removes nobody because of an unknown set, takes no group from an older sign-in, and tells its profile with its time', async () => {
    await receive(claims(5, complete(5, 'a')));
    await receive(claims(6, unknown(6)));
    await receive(claims(3, complete(3, 'z')));
    await receive(claims(7, complete(7, 'a', 'b')));
    const events = await toldAtLast(groupsTopic, 3);
    expect(events.map(({ data }) => data)).toMatchObject([
      { groups: ['a'] },
      { completeness: 'unknown', reason: 'graph-timeout' },
      { groups: ['a', 'b'], added: ['b'], removed: [] },
    ]);
    expect((await toldAtLast(profileTopic, 4)).map(({ data }: { data: { asOf: string } }) => data.asOf)).toEqual([
      at(5),
      at(6),
      at(3),
      at(7),
    ]);
  });

  it.each([
    ['on', false, 1],
    ['off', true, 0],
    ['inherit', false, 0],
  ])('with the connection %s and the environment %s tells %i profiles', async (syncProfile, environment, count) => {
    await tell(policyStateTopic, 'PolicyState', 'environment', { revision: 1, syncProfiles: environment });
    const source = service.app.get(Database);
    await eventually(async () => (await source.dataSource.query('SELECT 1 FROM policy_replica')).length === 1);
    await receive(claims(1, complete(1, 'a'), { syncProfile }));
    await toldAtLast(groupsTopic, 1);
    expect(await told(profileTopic)).toHaveLength(count);
  });

  it('forgets a deleted user, erases the state, and takes nothing that arrives late', async () => {
    await receive(claims(1, complete(1, 'a')));
    await toldAtLast(groupsStateTopic, 1);
    await tell(userTopic, 'UserDeleted', userId, { userId });
    const states = await toldAtLast(groupsStateTopic, 2);
    expect(states.at(-1)?.value).toBeNull();
    await receive(claims(2, complete(2, 'b')));
    const source = service.app.get(Database);
    const cursor = `SELECT last_seq FROM event_inbox WHERE topic = $1`;
    await eventually(
      async () => Number((await source.dataSource.query(cursor, [profileClaimsTopic.name]))[0]?.last_seq) === 2,
    );
    expect(await told(groupsTopic)).toHaveLength(1);
    const [row] = (await source.dataSource.query('SELECT * FROM person')) as Record<string, unknown>[];
    const { user_id: id, erased, ...rest } = row ?? {};
    expect([id, erased, Object.values(rest).filter((value) => value !== null)]).toEqual([userId, true, []]);
  });

  it('knows connections of every kind, each told by an event of its own', async () => {
    const kinds = Object.entries(connectionStateTopic.events).filter(([type]) => type.endsWith('ConnectionState'));
    expect(kinds.map(([type]) => type)).toEqual(
      expect.arrayContaining(['WsfedConnectionState', 'SamlConnectionState']),
    );
    const wanted = kinds.map(([type, { example: settings }], index) => {
      const connectionId = `conn_01jd3m0000000000000000000${index}`;
      return [type, { ...(settings as object), connectionId }] as const;
    });
    for (const [type, settings] of wanted) await tell(connectionStateTopic, type, settings.connectionId, settings);
    const replica = service.app.get(Replica);
    for (const [, settings] of wanted) {
      const connectionId = ConnectionId.parse(settings.connectionId);
      await eventually(async () => (await replica.findConnection(connectionId)) !== undefined);
      expect((await replica.findConnection(connectionId))?.settings).toEqual(settings);
    }
  });

  it('has the tables its entities say, and logs nobody’s name', async () => {
    await receive(claims(1, complete(1, 'a')));
    await toldAtLast(groupsTopic, 1);
    const { upQueries } = await service.app.get(Database).dataSource.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(logged.filter((line) => /ada@|Ada|Example"/.test(line))).toEqual([]);
  });
});
