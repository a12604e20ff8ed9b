import { eventually } from '@homerealm/testing';
import { beginRequest, TestBed } from '../fixtures/test-bed.js';
import { makeKey, strangersKey } from '../fixtures/hostile-upstream.js';

let bed: TestBed;
beforeAll(async () => {
  bed = await TestBed.start(5_000);
});
beforeEach(() => bed.upstream.reset());
afterAll(() => bed.close());

const minute = 60_000;

describe('when the provider changes its signing keys', () => {
  it('reads the keys once more and signs the person in', async () => {
    const protocol = bed.protocol();
    await bed.signIn({ protocol });
    const next = makeKey('key-3');
    bed.upstream.keys = [next];
    bed.upstream.signWith = next;
    bed.upstream.asked.length = 0;
    expect(await bed.signIn({ protocol })).toMatchObject({ outcome: 'account' });
    expect(bed.upstream.count('discovery')).toBe(1);
    expect(bed.upstream.count('openid-configuration')).toBe(0);
    expect(await bed.signIn({ protocol })).toMatchObject({ outcome: 'account' });
    expect(bed.upstream.count('discovery')).toBe(1);
  });

  it('reads the keys once for fifty sign-ins that notice at the same time', async () => {
    const protocol = bed.protocol();
    await bed.signIn({ protocol });
    bed.upstream.signWith = makeKey('key-4');
    bed.upstream.keys = [bed.upstream.signWith];
    bed.upstream.asked.length = 0;
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => bed.signIn({ protocol })));
    expect(outcomes.filter(({ outcome }) => outcome === 'account')).toHaveLength(50);
    expect(bed.upstream.count('discovery')).toBe(1);
  });

  it('accepts a changed key under an old key id within the hour, and not before the keys were read again', async () => {
    let now = Date.now();
    const protocol = bed.protocol({ clock: () => now });
    await bed.signIn({ protocol });
    bed.upstream.signWith = strangersKey;
    bed.upstream.keys = [strangersKey];
    expect(await bed.signIn({ protocol })).toMatchObject({ code: 'upstream.signature-invalid' });
    now += 61 * minute;
    await bed.signIn({ protocol }); // due: refreshed beside this sign-in
    await eventually(async () => (await bed.signIn({ protocol })).outcome === 'account', { says: 'the new key' });
  });
});

describe('unknown key ids', () => {
  it('cause at most one read of the keys per cooldown, be they a thousand', async () => {
    let now = Date.now();
    const protocol = bed.protocol({ clock: () => now, keyCooldownMs: minute });
    await bed.signIn({ protocol });
    bed.upstream.asked.length = 0;
    let kid = 0;
    const flood = async (size: number) => {
      const behaviour = { header: (header: object) => ({ ...header, kid: `unknown-${kid++}` }) };
      for (let sent = 0; sent < size; sent += 50) {
        const codes = await Promise.all(Array.from({ length: 50 }, () => bed.signIn({ protocol, behaviour })));
        expect(new Set(codes.map((outcome) => outcome.outcome === 'refused' && outcome.code))).toEqual(
          new Set(['upstream.key-unknown']),
        );
      }
    };
    await flood(1_000);
    expect(bed.upstream.count('discovery')).toBe(1);
    now += minute;
    await flood(50);
    expect(bed.upstream.count('discovery')).toBe(2);
  });

  it('leave the good keys in place when reading them again fails', async () => {
    const protocol = bed.protocol({ keyCooldownMs: 0 });
    await bed.signIn({ protocol });
    for (const jwks of [
      () => ({ status: 503, body: '<html>' }),
      () => 'hang' as const,
      () => ({ body: { keys: [] } }),
    ]) {
      const refused = await bed.signIn({
        protocol,
        behaviour: { jwks, header: (header) => ({ ...header, kid: 'x' }) },
      });
      expect(refused).toMatchObject({ code: 'upstream.key-unknown' });
      expect(await bed.signIn({ protocol, behaviour: { jwks } })).toMatchObject({ outcome: 'account' });
    }
  });
});

describe('metadata', () => {
  it('is read again after an hour, beside the sign-in and not before it', async () => {
    let now = Date.now();
    const protocol = bed.protocol({ clock: () => now });
    await bed.signIn({ protocol });
    now += 59 * minute;
    await bed.signIn({ protocol });
    expect(bed.upstream.count('openid-configuration')).toBe(1);
    now += 2 * minute;
    await bed.signIn({ protocol });
    expect(bed.upstream.count('openid-configuration')).toBe(2);
  });

  it('is used for a day when it cannot be read again, and tried again once a minute', async () => {
    let now = Date.now();
    const protocol = bed.protocol({ clock: () => now });
    await bed.signIn({ protocol });
    const behaviour = { metadata: () => ({ status: 500, body: '<html>' }) };
    now += 23 * 60 * minute;
    for (let i = 0; i < 5; i++) expect(await bed.signIn({ protocol, behaviour })).toMatchObject({ outcome: 'account' });
    expect(bed.upstream.count('openid-configuration')).toBe(2);
    now += 61 * minute;
    await expect(protocol.begin(bed.connection(), beginRequest())).rejects.toMatchObject({
      code: 'upstream.metadata-unreachable',
    });
  });

  it('is asked for anew right after a failure on a cold start', async () => {
    const protocol = bed.protocol();
    bed.upstream.behaviour = { metadata: () => ({ status: 500, body: {} }) };
    await expect(protocol.begin(bed.connection(), beginRequest())).rejects.toThrow();
    expect(await bed.signIn({ protocol, behaviour: {} })).toMatchObject({ outcome: 'account' });
  });
});
