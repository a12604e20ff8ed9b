import { makeId } from '@homerealm/domain';
import { Database, openDataSource } from '@homerealm/events';
import { openSealer } from '@homerealm/platform';
import { createDatabase } from '@homerealm/testing';
import { readEmail } from '../domain/own-sign-in/identifier.js';
import { mostTries } from '../domain/own-sign-in/one-time-code.js';
import { signInEntities, signInMigrations } from '../sign-in.parts.js';
import type { CodeKey, NewCode } from '../use-cases/codes/codes.port.js';
import { PostgresCodes } from './postgres.codes.js';
import { PostgresLimits } from './postgres.limits.js';
import { SealingKeyedHash } from './sealing.keyed-hash.js';

const sealingKeys = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const minute = 60_000;

let first: Database;
let second: Database;

/** Two processes of the gateway on one database. */
beforeAll(async () => {
  const url = await createDatabase('sign_in_codes');
  const open = async () =>
    new Database(
      await openDataSource({
        ...{ service: 'auth-gateway', url, poolSize: 10, entities: signInEntities, migrations: signInMigrations },
      }),
    );
  first = await open();
  second = await open();
});
afterAll(async () => {
  await first?.dataSource.destroy();
  await second?.dataSource.destroy();
});

describe('codes in Postgres', () => {
  const codes = () => new PostgresCodes(first, openSealer(sealingKeys));
  let uids = 0;
  const newKey = (): CodeKey => ({ uid: `uid-${++uids}`, browserHash: 'browser', purpose: 'sign-in' });
  const ada = readEmail('ada@contoso.example') as NonNullable<ReturnType<typeof readEmail>>;
  const aCode = (key: CodeKey, change: Partial<NewCode> = {}): NewCode => ({
    ...{ key, codeHash: 'right', checks: [{ code: 'code.sent', outcome: 'passed' }], expiresAt: 10 * minute },
    tried: {
      attemptId: makeId('attempt', 1_000 + uids, new Uint8Array(10)),
      ...{ startedAt: 0, applicationId: 'app_1', organizationId: null, connectionId: null },
    },
    memory: { identifier: ada, sentTo: ada.canonical, own: null },
    ...change,
  });

  it('comes back as it was kept, and its memory is sealed', async () => {
    const key = newKey();
    await codes().keep(aCode(key));
    expect(await codes().find(key)).toEqual({ ...aCode(key), wrongTries: 0, provedAt: null });
    const [row] = (await first.manager.query('SELECT row_to_json(c)::text AS text FROM sign_in_code c')) as [
      { text: string },
    ];
    expect(row.text).not.toContain('ada');
  });

  it('is another’s for another browser, another sign-in, and another step', async () => {
    const key = newKey();
    await codes().keep(aCode(key));
    for (const other of [{ browserHash: 'other' }, { uid: 'other' }, { purpose: 'missing-email' as const }]) {
      expect(await codes().find({ ...key, ...other })).toBeNull();
      expect(await codes().try({ ...key, ...other }, 'right', 1)).toEqual({ code: null, matches: false });
    }
  });

  it('replaces the one before it, with its tries', async () => {
    const key = newKey();
    await codes().keep(aCode(key));
    await codes().try(key, 'wrong', 1);
    await codes().keep(aCode(key, { codeHash: 'newer' }));
    expect(await codes().try(key, 'right', 1)).toMatchObject({ matches: false, code: { wrongTries: 0 } });
    await codes().tellSentTo(key, 'right', { identifier: ada, sentTo: 'late@contoso.example', own: null });
    expect((await codes().find(key))?.memory.sentTo).toBe(ada.canonical);
    await codes().tellSentTo(key, 'newer', { identifier: ada, sentTo: 'new@contoso.example', own: null });
    expect((await codes().find(key))?.memory.sentTo).toBe('new@contoso.example');
  });

  it('A45: of many tries at once, on two processes, each counts, and one at most is right', async () => {
    const key = newKey();
    await codes().keep(aCode(key));
    const on = [codes(), new PostgresCodes(second, openSealer(sealingKeys))] as const;
    const right = await Promise.all([...Array(20).keys()].map((n) => on[n % 2 === 0 ? 0 : 1].try(key, 'right', 1)));
    expect(right.filter(({ code }) => code?.provedAt === null)).toHaveLength(1);

    const other = newKey();
    await codes().keep(aCode(other));
    const wrong = await Promise.all([...Array(20).keys()].map((n) => on[n % 2 === 0 ? 0 : 1].try(other, 'no', 1)));
    const compared = wrong.filter(({ code }) => (code?.wrongTries ?? mostTries) < mostTries);
    expect(compared).toHaveLength(mostTries);
    expect((await codes().find(other))?.wrongTries).toBe(mostTries);
  });

  it('keeps what was proved for another ten minutes, and proves nothing after its time', async () => {
    const key = newKey();
    await codes().keep(aCode(key));
    expect((await codes().try(key, 'right', 9 * minute)).matches).toBe(true);
    expect(await codes().find(key)).toMatchObject({ provedAt: 9 * minute, expiresAt: 19 * minute });
    const late = newKey();
    await codes().keep(aCode(late));
    await codes().try(late, 'right', 10 * minute);
    expect((await codes().find(late))?.provedAt).toBeNull();
  });

  it('ends what was never entered as an abandoned attempt', async () => {
    const key = newKey();
    const code = aCode(key);
    await codes().keep(code);
    expect(await codes().sweep(11 * minute)).toBe(0);
    while ((await codes().sweep(30 * minute)) > 0);
    expect(await codes().find(key)).toBeNull();
    const rows = await first.manager.query('SELECT outcome, code FROM sign_in_attempt WHERE attempt_id = $1', [
      code.tried.attemptId,
    ]);
    expect(rows).toEqual([{ outcome: 'abandoned', code: 'sign-in.abandoned' }]);
  });
});

describe('limits in Postgres', () => {
  const limit = { most: 3, windowMilliseconds: minute };
  let keys = 0;

  it('let so many through in a window, say how long to wait, and begin anew', async () => {
    const limits = new PostgresLimits(first);
    const key = `k${++keys}`;
    const taken = [];
    for (const now of [0, 1, 2, 3, 40_000]) taken.push(await limits.take(key, limit, now));
    expect(taken).toEqual([undefined, undefined, undefined, minute - 3, 20_000]);
    expect(await limits.take(key, limit, minute)).toBeUndefined();
  });

  it('count across processes, whatever comes at once', async () => {
    const on = [new PostgresLimits(first), new PostgresLimits(second)] as const;
    const key = `k${++keys}`;
    const all = await Promise.all([...Array(40).keys()].map((n) => on[n % 2 === 0 ? 0 : 1].take(key, limit, n)));
    expect(all.filter((wait) => wait === undefined)).toHaveLength(3);
  });

  it('are looked at without counting, and given back', async () => {
    const limits = new PostgresLimits(first);
    const key = `k${++keys}`;
    for (const now of [0, 1, 2]) {
      expect(await limits.look(key, limit, now)).toBeUndefined();
      await limits.take(key, limit, now);
    }
    expect(await limits.look(key, limit, 3)).toBe(minute - 3);
    await limits.giveBack(key, 4);
    expect(await limits.look(key, limit, 5)).toBeUndefined();
  });

  it('are forgotten when their window is over', async () => {
    const limits = new PostgresLimits(first);
    await limits.take(`k${++keys}`, limit, 0);
    while ((await limits.sweep(10 * minute)) > 0);
    const rows = (await first.manager.query('SELECT count(*)::integer AS count FROM sign_in_limit')) as unknown[];
    expect(rows).toEqual([{ count: 0 }]);
  });
});

describe('keyed hashes', () => {
  it('depend on the key, the purpose and every part', () => {
    const hash = new SealingKeyedHash(sealingKeys);
    const other = new SealingKeyedHash(`o:${Buffer.alloc(32, 8).toString('base64')}`);
    const all = [hash.of('a', 'b', 'c'), hash.of('a', 'bc'), hash.of('b', 'b', 'c'), other.of('a', 'b', 'c')];
    expect(new Set(all).size).toBe(4);
    expect(hash.of('a', 'b', 'c')).toBe(all[0]);
  });
});
