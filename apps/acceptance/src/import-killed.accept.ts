import { type AnyTopic, userStateTopic, userTopic } from '@homerealm/contracts';
import { openEventLog, readAll } from '@homerealm/events';
import { createDatabase, eventually } from '@homerealm/testing';
import { withClient } from './bench/import/bare-copy.js';
import { type RunningDirectory, startDirectory } from './bench/import/running-directory.js';

let directory: RunningDirectory;
beforeAll(async () => {
  directory = await startDirectory({ createDatabase }, 'killed');
}, 120_000);
afterAll(() => directory.stop());

const rows = 5000;
/** Two files that differ in the name of everybody in them, and in nothing else. */
type Crowd = 'killed' | 'spared';
/** Every tenth row is of somebody whose address stands in the row before; every fiftieth has none at all. */
const file = (crowd: Crowd) =>
  new Blob([
    'email,email_verified,given_name,provided_id\n',
    ...Array.from({ length: rows }, (_, row) => {
      if (row % 50 === 49) return `,true,Nobody ${row},${crowd}.${row}\n`;
      return `${crowd}.${row % 10 === 9 ? row - 1 : row}@x.example,true,Given ${row},${crowd}.${row}\n`;
    }),
  ]).stream() as ReadableStream<Uint8Array>;

const ended = (importId: string) =>
  eventually(
    async () => {
      const progress = await directory.progress(importId);
      return progress.state !== 'running' && progress;
    },
    { timeout: 60_000, every: 50, says: 'the end of the import' },
  );

/** Users and their identities, by what stood in the file. */
const people = (crowd: Crowd) =>
  withClient(directory.databaseUrl, async (client) => {
    const { rows: found } = await client.query<{ provided_id: string; user_id: string }>(
      `SELECT u.provided_id, u.user_id, u.revision, u.given_name, i.type, i.value, i.verified, i.is_primary
        FROM "user" u LEFT JOIN "identity" i USING (user_id)
        WHERE u.provided_id LIKE $1 ORDER BY u.provided_id, i.value`,
      [`${crowd}.%`],
    );
    return found;
  });

/** What everybody else was told about each user: a crash may publish an event again, but never as another one. */
async function told(topic: AnyTopic): Promise<Map<string, string[]>> {
  await withClient(directory.databaseUrl, (client) =>
    eventually(async () => (await client.query('SELECT 1 FROM outbox LIMIT 1')).rows.length === 0, { timeout: 60_000 }),
  );
  const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: directory.logUrl });
  const stories = new Map<string, string[]>();
  const seen = new Set<string>();
  for (const { record, event } of await readAll(log, topic)) {
    const id = String(record.headers['ce_id']);
    if (seen.has(id) || !event) continue;
    seen.add(id);
    const nameless = String(record.value).replaceAll(/"(user|identity)_[0-9a-z]{26}"/g, '"$1"');
    const story = [...(stories.get(event.subject) ?? []), `${event.sequence} ${event.type} ${nameless}`];
    stories.set(event.subject, story);
  }
  await log.close();
  return stories;
}

type Told = { events: Map<string, string[]>; states: Map<string, string[]> };

async function outcome(crowd: Crowd, importId: string, { events, states }: Told) {
  const { state, counts } = await directory.progress(importId);
  const users = (await people(crowd)).map(({ user_id: userId, ...user }) => ({
    ...user,
    events: events.get(userId),
    states: states.get(userId),
  }));
  const rejected = await directory.rejected(importId);
  return JSON.parse(JSON.stringify({ state, counts, rejected, users }).replaceAll(`${crowd}.`, 'crowd.')) as {
    users: { events?: string[]; states?: string[] }[];
  };
}

it('an import whose process is killed, and its successor too, ends as if nothing had happened: same users, report and events', async () => {
  const { importId } = await directory.send(file('killed'));
  const reached: number[] = [];
  for (const atLeast of [1, 2000]) {
    await eventually(async () => (await directory.progress(importId)).counts.read >= atLeast, {
      ...{ timeout: 60_000, every: 10, says: 'the import to get on' },
    });
    await directory.kill();
    await withClient(directory.databaseUrl, async (client) => {
      const sum = 'created + updated + unchanged + rejected';
      // The lease of whoever died runs out after thirty seconds; here at once.
      const left = await client.query<{ read: number }>(
        `UPDATE "import" SET lease_until = now() WHERE state = 'running' RETURNING ${sum} AS read`,
      );
      reached.push(...left.rows.map(({ read }) => read));
    });
    await directory.restart();
  }
  expect(reached).toHaveLength(2); // both times it was in the middle
  expect(reached.every((read) => read > 0 && read < rows)).toBe(true);
  await ended(importId);

  const plain = await directory.send(file('spared'));
  await ended(plain.importId);
  const all: Told = { events: await told(userTopic), states: await told(userStateTopic) };
  const wanted = await outcome('spared', plain.importId, all);
  expect(wanted).toMatchObject({ state: 'done', counts: { read: rows, created: 4500, rejected: 500 } });
  expect(wanted.users).toHaveLength(4500);
  expect(wanted.users.every(({ events, states }) => events?.length === 2 && states?.length === 1)).toBe(true);
  expect(await outcome('killed', importId, all)).toEqual(wanted);
  expect([all.events.size, all.states.size]).toEqual([9000, 9000]); // and nobody else was ever told of
}, 180_000);
