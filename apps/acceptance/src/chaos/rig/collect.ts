import { allTopics } from '@homerealm/contracts';
import type { Standing, Standings } from '../checks/acknowledged.js';
import type { Follows } from '../checks/applied.js';
import type { Effect } from '../checks/effects.js';
import type { Cursor, Fact, Numbering } from '../checks/facts.js';
import { type Service, services } from '../schedule.js';
import { query } from './query.js';
import { readFacts } from './read-facts.js';
import type { Rig } from './rig.js';

/** Who follows what; the consumer outside follows every event topic that anybody may read. */
export const follows: readonly Follows[] = [
  ...[
    'connection-registry.connection-state.v1',
    'connection-registry.connection-credentials.v1',
    'connection-registry.policy-state.v1',
    'identity-directory.user.v1',
  ].flatMap((topic) => ['auth-gateway', 'profile-sync'].map((consumer) => ({ consumer, topic }))),
  { consumer: 'auth-gateway', topic: 'profile-sync.groups-state.v1' },
  { consumer: 'profile-sync', topic: 'auth-gateway.profile-claims.v1' },
  { consumer: 'identity-directory', topic: 'profile-sync.profile.v1' },
  ...allTopics
    .filter(({ readers, policy }) => readers === 'any' && policy.cleanup === 'delete')
    .map(({ name }) => ({ consumer: 'outside', topic: name })),
];

/** All there is to check, read when nothing is on its way any more. */
export type Collected = {
  facts: Fact[];
  numberings: Numbering[];
  cursors: Cursor[];
  effects: Effect[];
  parked: Record<string, number>;
};

type Counted = { topic: string; subject: string; last: string };

export async function collect(rig: Rig): Promise<Collected> {
  const urls: [string, string][] = services.map((service) => [service, rig.system.postgres[service]]);
  const consumers: [string, string][] = [...urls, ['outside', rig.outsideUrl]];
  const numberings: Numbering[] = [];
  for (const [, url] of urls) {
    const rows = await query<Counted>(url, 'SELECT topic, subject, last FROM event_sequence');
    for (const { topic, subject, last } of rows) numberings.push({ topic, subject, last: Number(last) });
  }
  const cursors: Cursor[] = [];
  const parked: Record<string, number> = {};
  for (const [name, url] of consumers) {
    const rows = await query<Counted & { consumer: string; state: string }>(
      url,
      'SELECT consumer, topic, subject, last_seq AS last, state FROM event_inbox',
    );
    for (const row of rows) cursors.push({ ...row, last: Number(row.last) });
    const [count] = await query<{ count: string }>(url, 'SELECT count(*) FROM event_parked');
    parked[name] = Number(count?.count);
  }
  const effects = await query<{ topic: string; subject: string; sequence: string; event_id: string }>(
    rig.outsideUrl,
    'SELECT topic, subject, sequence, event_id FROM effect ORDER BY id',
  );
  return {
    facts: await readFacts(
      rig.brokers,
      allTopics.map(({ name }) => name),
    ),
    numberings,
    cursors,
    effects: effects.map(({ event_id: eventId, ...row }) => ({ ...row, eventId, sequence: Number(row.sequence) })),
    parked,
  };
}

const eventTopics = allTopics.filter(({ policy }) => policy.cleanup === 'delete').map(({ name }) => name);

/** How many events were ever put into an outbox; states are not counted. */
export async function countEvents(rig: Rig, topics: readonly string[] = eventTopics): Promise<number> {
  const sql = 'SELECT coalesce(sum(last), 0) AS sum FROM event_sequence WHERE topic = ANY ($1)';
  const counts = await Promise.all(
    services.map(async (service: Service) => {
      const [row] = await query<{ sum: string }>(rig.system.postgres[service], sql, [topics]);
      return Number(row?.sum);
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/** How many events the consumer outside has not applied yet. */
export async function countBacklog(rig: Rig): Promise<number> {
  const followed = follows.filter(({ consumer }) => consumer === 'outside').map(({ topic }) => topic);
  const [applied] = await query<{ count: string }>(rig.outsideUrl, 'SELECT count(*) FROM effect');
  return (await countEvents(rig, followed)) - Number(applied?.count);
}

/** What the owners' databases and topics say of users and connections. */
export async function readStandings(rig: Rig, facts: readonly Fact[]): Promise<Standings> {
  const rows = await query<{ id: string; name: string | null; status: string; called: string[] }>(
    rig.system.postgres.directory,
    `SELECT u.user_id AS id, u.given_name AS name, u.status,
       (SELECT array_agg(i.canon) FROM identity i WHERE i.user_id = u.user_id) AS called FROM "user" u`,
  );
  const connections = await query<(typeof rows)[number]>(
    rig.system.postgres.registry,
    `SELECT connection_id AS id, settings ->> 'displayName' AS name, state AS status, ARRAY[name] AS called
     FROM connection`,
  );
  const byId = new Map([...rows, ...connections].map((row) => [row.id, row]));
  const events = new Map<string, Map<string, Set<string>>>();
  for (const { topic, key, type, id } of facts) {
    if (topic !== 'identity-directory.user.v1' && topic !== 'connection-registry.connection.v1') continue;
    const types = events.get(key) ?? new Map<string, Set<string>>();
    events.set(key, types.set(type, (types.get(type) ?? new Set()).add(id)));
  }
  const standing = (id: string): Standing => ({
    id,
    row: byId.get(id) ?? null,
    events: Object.fromEntries([...(events.get(id) ?? [])].map(([type, ids]) => [type, ids.size])),
  });
  const names = new Map(
    [...rows, ...connections].flatMap(({ id, called }) => (called ?? []).map((name) => [name, id])),
  );
  return {
    byId: standing,
    byName: (name) => {
      const id = names.get(name);
      return id === undefined ? [] : [standing(id)];
    },
  };
}
