import { type AnyTopic, userStateTopic, userTopic } from '@homerealm/contracts';
import { openEventLog, readAll } from '@homerealm/events';
import { createDatabase, eventually } from '@homerealm/testing';
import { withClient } from './bench/import/bare-copy.js';
import { type RunningDirectory, startDirectory } from './bench/import/running-directory.js';

const directories: RunningDirectory[] = [];
const start = async (name: string) => {
  const one = await startDirectory({ createDatabase }, name);
  directories.push(one);
  return one;
};
afterAll(() => Promise.all(directories.map((one) => one.stop())));

const rows = 6000;
/** Every tenth row is of somebody whose address stands in the row before; every fiftieth has none at all. */
const file = () =>
  new Blob([
    'email,email_verified,given_name,provided_id\n',
    ...Array.from({ length: rows }, (_, row) => {
      if (row % 50 === 49) return `,true,Nobody ${row},p${row}\n`;
      return `person.${row % 10 === 9 ? row - 1 : row}@x.example,true,Given ${row},p${row}\n`;
    }),
  ]).stream() as ReadableStream<Uint8Array>;

const ended = (directory: RunningDirectory, importId: string) =>
  eventually(
    async () => {
      const progress = await directory.progress(importId);
      return progress.state !== 'running' && progress;
    },
    { timeout: 60_000, every: 50, says: 'the end of the import' },
  );

/** Users and their identities, by what stood in the file. */
const people = ({ databaseUrl }: RunningDirectory) =>
  withClient(databaseUrl, async (client) => {
    const { rows: found } = await client.query<{ provided_id: string; user_id: string }>(
      `SELECT u.provided_id, u.user_id, u.revision, u.given_name, i.type, i.value, i.verified, i.is_primary
        FROM "user" u LEFT JOIN "identity" i USING (user_id) ORDER BY u.provided_id, i.value`,
    );
    return found;
  });

/** What everybody else was told about each user: a crash may publish an event again, but never as another one. */
async function told({ databaseUrl, logUrl }: RunningDirectory, topic: AnyTopic): Promise<Map<string, string[]>> {
  await withClient(databaseUrl, (client) =>
    eventually(async () => (await client.query('SELECT 1 FROM outbox LIMIT 1')).rows.length === 0, { timeout: 60_000 }),
  );
  const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: logUrl });
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

async function outcome(directory: RunningDirectory, importId: string) {
  const { state, counts } = await directory.progress(importId);
  const found = await people(directory);
  const [events, states] = [await told(directory, userTopic), await told(directory, userStateTopic)];
  return {
    state,
    counts,
    rejected: await directory.rejected(importId),
    subjects: [events.size, states.size],
    users: found.map(({ user_id: userId, ...user }) => ({
      ...user,
      events: events.get(userId),
      states: states.get(userId),
    })),
  };
}

it('an import whose process is killed, and its successor too, ends as if nothing had happened: same users, report and events', async () => {
  const [undisturbed, killed] = await Promise.all([start('undisturbed'), start('killed')]);
  const { importId } = await killed.send(file());
  const reached: number[] = [];
  for (const atLeast of [1, 3000]) {
    await eventually(async () => (await killed.progress(importId)).counts.read >= atLeast, {
      ...{ timeout: 60_000, every: 10, says: 'the import to get on' },
    });
    await killed.kill();
    await withClient(killed.databaseUrl, async (client) => {
      const sum = 'created + updated + unchanged + rejected';
      // The lease of whoever died runs out after thirty seconds; here at once.
      const left = await client.query<{ read: number }>(
        `UPDATE "import" SET lease_until = now() WHERE state = 'running' RETURNING ${sum} AS read`,
      );
      reached.push(...left.rows.map(({ read }) => read));
    });
    await killed.restart();
  }
  expect(reached).toHaveLength(2); // both times it was in the middle
  expect(reached.every((read) => read > 0 && read < rows)).toBe(true);
  await ended(killed, importId);

  const plain = await undisturbed.send(file());
  await ended(undisturbed, plain.importId);
  const wanted = await outcome(undisturbed, plain.importId);
  expect(wanted).toMatchObject({ state: 'done', counts: { read: rows, created: 5400, rejected: 600 } });
  expect(wanted.users.every(({ events, states }) => events?.length === 2 && states?.length === 1)).toBe(true);
  expect(await outcome(killed, importId)).toEqual(wanted);
}, 180_000);
