import { ToldEvents } from '../client/told-events.js';
import { type RelyingParty, textOf } from '../client/relying-party.js';
import type { Employee } from './company.js';
import { Workplace } from './workplace.js';
import type { World } from './world.js';

type Summary = { attemptId: string; startedAt: string; outcome: string; code: string | null; userId: string | null };
type Full = Summary & {
  checks: { code: string; outcome: string }[];
  upstream: { error: string; aadsts: string[]; correlationId: string | null; description: string } | null;
  explanation: { says: string; fixedBy: string; aadsts: { number: string; says: string }[] } | null;
};
type Page = { items: Summary[]; next: string | null };

/** The record of every try to sign in, for whoever has to find out. */
export function attemptRecords(world: () => World): void {
  let place: Workplace;
  let quill: Employee;
  let party: RelyingParty;
  beforeAll(async () => {
    place = await Workplace.open(world(), 'attempts');
    quill = await place.company.hire('quill', { surname: 'Featherstone' });
    party = await world().register();
  }, 60_000);

  const search = (query: Record<string, string>) =>
    world().gateway<Page>('GET', `/sign-in-attempts?${new URLSearchParams(query)}`);
  const read = (attemptId: string) => world().gateway<Full>('GET', `/sign-in-attempts/${attemptId}`);
  /** The page somebody sees who is not let in, and the record of it. */
  async function refused(person: Employee) {
    const { url } = await party.begin(place.asks(person));
    const page = await world().browser().walk(url, world().redirectUri);
    const attemptId = /attempt_[0-9a-z]{26}/.exec(page.text)?.[0] ?? textOf(page.text);
    return { page: textOf(page.text), record: await read(attemptId), attemptId };
  }

  it('one id stands on the page, in the record and in the event', async () => {
    const { demoApp } = world().system.urls;
    const wish = { email: quill.email, connectionId: place.connectionId };
    const events = await ToldEvents.open(demoApp, world().browser(), wish);
    try {
      const [signedIn] = await events.atLast('UserSignedIn', 1);
      const userId = String(signedIn?.subject);
      const good = await read(String(signedIn?.data?.['attemptId']));
      expect(good).toMatchObject({ outcome: 'signed-in', code: null, userId, connectionId: place.connectionId });
      expect(good.explanation).toBeNull();
      expect(good.checks.at(-1)?.outcome).toBe('passed');
      expect(good.checks.length).toBeGreaterThan(10);
      await world().directory('POST', `/users/${userId}/suspend`);
      const { record, attemptId, page } = await refused(quill);
      expect(record).toMatchObject({ attemptId, outcome: 'refused', code: 'user.suspended', userId });
      expect(record.explanation).toMatchObject({ says: expect.stringMatching(/suspended/) as string });
      expect(page).not.toMatch(/suspended/);
      const [told] = await events.atLast('SignInRefused', 1);
      expect(told?.data).toMatchObject({ attemptId, code: 'user.suspended', userId });
      await world().directory('POST', `/users/${userId}/reactivate`);
    } finally {
      events.close();
    }
  });

  it.each([
    ['consent-required', '65001', 'person'],
    ['not-assigned', '50105', 'connection-admin'],
    ['conditional-access', '53003', 'person'],
    ['expired-secret', '7000222', 'connection-admin'],
    ['wrong-secret', '7000215', 'connection-admin'],
  ])('A27: of %s the record says AADSTS%s in words and who mends it; the page does not', async (fault, number, by) => {
    const { page, record } = await place.company.during({ name: fault }, () => refused(quill));
    expect(record).toMatchObject({ outcome: 'refused', upstream: { aadsts: [number] } });
    expect(record.code).toMatch(/^upstream\./);
    expect(record.explanation).toMatchObject({
      fixedBy: by,
      aadsts: [{ number, says: expect.stringMatching(/^[A-Z][^@]{20,}\.$/) as string }],
    });
    expect(record.upstream?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(record.checks.at(-1)).toMatchObject({ outcome: 'failed' });
    const [before = '', after] = page.split(record.attemptId);
    expect(before + after).not.toMatch(/AADSTS|\d{5}|undefined/);
    expect(JSON.stringify(record)).not.toMatch(/quill|featherstone|@|eyJ|Work~|secret_|code=/i);
  });

  it('are found by person, connection, organization, application, outcome, code and time, newest first, page by page', async () => {
    const own = await world().register();
    const applicationId = own.application.clientId;
    const person = await place.company.hire('finder');
    const { id } = await own.signIn(world().browser(), place.asks(person));
    const begun = await own.begin(place.asks(person));
    await place.company.during({ name: 'not-assigned' }, () => world().browser().walk(begun.url, world().redirectUri));
    await own.signIn(world().browser(), place.asks(person));
    const all = (await search({ applicationId })).items;
    expect(all.map(({ outcome }) => outcome)).toEqual(['signed-in', 'refused', 'signed-in']);
    const [last, refusal, first] = all.map(({ attemptId }) => attemptId);
    const idsBy = async (query: Record<string, string>) =>
      (await search({ applicationId, ...query })).items.map(({ attemptId }) => attemptId);
    const { connectionId, organizationId } = place;
    expect(await idsBy({ connectionId })).toEqual([last, refusal, first]);
    expect(await idsBy({ connectionId: await world().connectionNamed('contoso') })).toEqual([]);
    expect(await idsBy({ userId: String(id.sub) })).toEqual([last, first]);
    expect(await idsBy({ organizationId })).toEqual(expect.arrayContaining([last, first]));
    expect(await idsBy({ outcome: 'refused' })).toEqual([refusal]);
    expect(await idsBy({ code: all[1]?.code ?? '' })).toEqual([refusal]);
    expect(await idsBy({ code: 'user.suspended' })).toEqual([]);
    const from = all[1]?.startedAt ?? '';
    expect([await idsBy({ from }), await idsBy({ to: from })]).toEqual([[last, refusal], [first]]);
    const pages = [await search({ applicationId, limit: '2' })];
    pages.push(await search({ applicationId, limit: '2', cursor: pages[0]?.next ?? '' }));
    expect(pages.map(({ items }) => items.map(({ attemptId }) => attemptId))).toEqual([[last, refusal], [first]]);
    expect(pages[1]?.next).toBeNull();
  });

  it('A27: every reason that anybody was refused for so far is explained, and no record says who it was', async () => {
    const byCode = new Map<string, string>();
    for (let next: string | null = ''; next !== null;) {
      const page: Page = await search({ outcome: 'refused', limit: '100', ...(next && { cursor: next }) });
      for (const { code, attemptId } of page.items) byCode.set(code ?? 'none', attemptId);
      ({ next } = page);
    }
    expect(byCode.size).toBeGreaterThan(4);
    for (const [code, attemptId] of byCode) {
      const record = await read(attemptId);
      expect([code, record.code]).toEqual([code, code]);
      expect([code, record.explanation]).toEqual([
        ...[
          code,
          { says: expect.stringMatching(/^[A-Z].{15,}[.)]$/s), fixedBy: expect.any(String), aadsts: expect.any(Array) },
        ],
      ]);
      expect([code, /@|eyJ|Work~|code=/.test(JSON.stringify(record))]).toEqual([code, false]);
    }
  });
}
