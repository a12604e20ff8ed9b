import { readFileSync } from 'node:fs';
import { freePortBase, type LocalSystem, startLocalSystem } from '@homerealm/local';
import { createDatabase, describeWithKafka, eventually } from '@homerealm/testing';
import pg from 'pg';
import { Browser } from './client/browser.js';
import { EventReader } from './client/event-reader.js';
import { Management } from './client/management.js';
import { RelyingParty, type SignedIn } from './client/relying-party.js';
import { Simulator } from './client/simulator.js';
import { docs, end, filesOn, OutsideProject } from './outside/outside-project.js';

const shown = filesOn(docs('consumers/with-the-library.md'));
const shownPlain = filesOn(docs('consumers/without-the-library.md'));
const topic = 'profile-sync.groups.v1';

type Entry = { sequence: number; groups: string[] };
type Person = { email: string; userId: string; objectId: string; groups: string[] };

describe('the pages for teams who consume', () => {
  it.each(['index.ts', 'tsconfig.json'])('show %s as it is', (name) => {
    expect(shown.get(name)).toBe(docs(`examples/group-follower/${name}`));
  });

  it('show the plain index.mjs as it is', () => {
    expect(shownPlain.get('index.mjs')).toBe(docs('examples/plain-kafkajs/index.mjs'));
  });

  it('show a service of under 60 lines', () => {
    expect((shown.get('index.ts') ?? '').trimEnd().split('\n').length).toBeLessThan(60);
  });
});

describeWithKafka(
  'a consumer outside the repository, from the packed library and the page alone',
  () => {
    let system: LocalSystem;
    let project: OutsideProject;
    let simulator: Simulator;
    let management: Management;
    let party: RelyingParty;
    let reader: EventReader;
    let database: pg.Pool;
    let url: string;
    let ca: string;

    beforeAll(async () => {
      [system, project] = await Promise.all([
        freePortBase().then((portBase) => startLocalSystem({ kafka: 'own', portBase })),
        OutsideProject.install(),
      ]);
      for (const [name, text] of shown) project.write(name, text);
      project.write('plain.mjs', shownPlain.get('index.mjs') ?? '');
      await project.compile();
      ca = readFileSync(system.caFile, 'utf8');
      simulator = new Simulator(system.urls.simulator, ca);
      await simulator.ask('PUT', 'settings', { autoSignIn: true });
      management = new Management(system.issuer, system.admin);
      party = await RelyingParty.discover(system.issuer, system.demoApplication);
      reader = await EventReader.open(system.kafka?.brokers ?? [], [topic]);
      url = await createDatabase('outside');
      database = new pg.Pool({ connectionString: url });
    }, 600_000);

    afterAll(async () => {
      await project?.remove();
      await database?.end();
      await reader?.close();
      await simulator?.close();
      await system?.stop();
    }, 60_000);

    async function signIn(email: string): Promise<SignedIn> {
      const browser = new Browser(ca);
      try {
        return await party.signIn(browser, { login_hint: email });
      } finally {
        await browser.close();
      }
    }

    async function meet({ email }: { email: string }): Promise<Person> {
      const { id, access } = await signIn(email);
      const { items } = await management.ask<{ items: { account: { objectId: string } | null }[] }>(
        'GET',
        `${system.urls.directory}/users/${id.sub}/identities`,
      );
      const groups = access['ext_groups'] as string[];
      return { email, userId: String(id.sub), objectId: items[0]?.account?.objectId ?? '', groups };
    }

    /** Takes the person out of the first group, and has it noticed by a sign-in. */
    async function removeFromGroup(person: Person): Promise<void> {
      person.groups = person.groups.slice(1);
      await simulator.ask('PUT', `users/${person.objectId}/groups`, { groups: person.groups });
      await signIn(person.email);
    }

    async function journalOf(table: string, userId: string): Promise<Entry[]> {
      const order = table === 'door_journal' ? 'ORDER BY id' : 'ORDER BY ctid';
      const sql = `SELECT sequence, groups FROM ${table} WHERE user_id = $1 ${order}`;
      const { rows } = await database.query<{ sequence: string; groups: string[] }>(sql, [userId]);
      return rows.map(({ sequence, groups }) => ({ sequence: Number(sequence), groups }));
    }

    /** What GroupsSynced said about the person, by its number. */
    const told = (userId: string): Entry[] => {
      const sets = reader.seen.filter(({ key, data }) => key === userId && data?.['completeness'] === 'complete');
      const bySequence = new Map(sets.map(({ sequence, data }) => [sequence, data?.['groups'] as string[]]));
      return [...bySequence].sort(([a], [b]) => a - b).map(([sequence, groups]) => ({ sequence, groups }));
    };

    const startFollower = async () => {
      const PORT = String(await freePortBase());
      const settings = { DATABASE_URL: url, KAFKA_BROKERS: (system.kafka?.brokers ?? []).join(), PORT };
      return { child: project.start('index.js', settings), door: `http://127.0.0.1:${PORT}/door` };
    };

    it('follows group removals in order, through a broker’s death and its own', async () => {
      const accountWith = (count: number) => system.accounts.filter(({ groupCount }) => groupCount === count)[0];
      const accounts = [accountWith(3), accountWith(200)].flatMap((account) => account ?? []);
      const people = await Promise.all(accounts.map(meet));
      const someGroups = people.flatMap(({ groups }) => groups).slice(-8);
      expect([people.length, new Set(someGroups).size]).toEqual([2, 8]);
      for (const person of people) person.groups = someGroups;
      const removeFromAll = () => Promise.all(people.map(removeFromGroup));
      await removeFromAll();

      const brokers = (system.kafka?.brokers ?? []).join();
      const plain = project.start('plain.mjs', { DATABASE_URL: url, KAFKA_BROKERS: brokers }, { isHeard: false });
      const first = await startFollower();
      const isAt = async (table: string) => {
        const journals = await Promise.all(people.map(({ userId }) => journalOf(table, userId).catch(() => [])));
        return people.every(({ groups }, at) => journals[at]?.at(-1)?.groups.join() === groups.join());
      };
      await eventually(() => isAt('door_journal'), { timeout: 90_000, says: 'the state before' });
      await removeFromAll();
      await eventually(() => isAt('door_journal'), { timeout: 90_000, says: 'a removal' });

      await system.kafka?.stop();
      await removeFromAll();
      await end(first.child, 'SIGKILL');
      await system.kafka?.start();
      const second = await startFollower();
      await removeFromAll();
      await eventually(() => isAt('door_journal'), { timeout: 90_000, says: 'the removals during the outage' });
      await eventually(() => isAt('plain_journal'), { timeout: 90_000, says: 'the same without the library' });
      for (const { userId, groups } of people) {
        await eventually(async () => (await fetch(`${second.door}/${userId}`)).status === 200, { timeout: 90_000 });
        expect(await (await fetch(`${second.door}/${userId}`)).json()).toEqual(groups);
        await eventually(() => told(userId).at(-1)?.groups.join() === groups.join(), { timeout: 90_000 });

        // The library began with a state, and the plain one with the first event.
        const journal = await journalOf('door_journal', userId);
        const since = told(userId).filter(({ sequence }) => sequence >= (journal[0]?.sequence ?? Infinity));
        expect(journal).toEqual(since);
        expect(await journalOf('plain_journal', userId)).toEqual(told(userId));
        // From the first removal on, no set that was left comes back.
        const sizes = journal.map((entry) => entry.groups.length);
        const removals = sizes.slice(sizes.indexOf(someGroups.length - 1));
        expect(removals.length).toBeGreaterThanOrEqual(4);
        expect(removals).toEqual([...removals].sort((a, b) => b - a));
      }
      expect(plain.exitCode).toBeNull();
    }, 400_000);
  },
  { own: true },
);
