import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type RelyingParty, type SignedIn, textOf } from '../client/relying-party.js';
import type { Employee } from './company.js';
import { Workplace } from './workplace.js';
import type { World } from './world.js';

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';

/** How sessions end: by the person, and who is told of it. What else ends them stands in `admission.journeys`. */
export function sessionEndings(world: () => World): void {
  let place: Workplace;
  let ada: Employee;
  let bob: Employee;
  let cleo: Employee;
  let party: RelyingParty;
  let other: RelyingParty;
  const goodbye = () => world().system.demoApplication.postLogoutRedirectUri;
  beforeAll(async () => {
    place = await Workplace.open(world(), 'sessions');
    [ada, bob, cleo] = [
      await place.company.hire('ada'),
      await place.company.hire('bob'),
      await place.company.hire('cleo'),
    ];
    const { origin } = world().listener;
    const settings = { postLogoutRedirectUris: [goodbye()] };
    party = await world().register({ ...settings, backchannelLogoutUri: `${origin}/shop` });
    other = await world().register({ ...settings, backchannelLogoutUri: `${origin}/other` });
  }, 60_000);

  /** The application sends a browser to sign out, with what it says of whose session it is. */
  const leave = (browser: ReturnType<World['browser']>, params: Record<string, string>) => {
    const url = new URL(party.config.serverMetadata().end_session_endpoint ?? '');
    url.search = new URLSearchParams({ post_logout_redirect_uri: goodbye(), ...params }).toString();
    return browser.walk(url, goodbye());
  };
  const hintOf = ({ tokens }: SignedIn) => ({ id_token_hint: tokens.id_token ?? '' });
  const isSignedIn = async (browser: ReturnType<World['browser']>) => {
    const { url } = await party.begin({ prompt: 'none' });
    return (await browser.walk(url, world().redirectUri)).location?.searchParams.has('code');
  };
  /** The one notice of the end of this session: a logout token that its application may believe. */
  async function notice(path: string, { config, application }: RelyingParty, { id }: SignedIn) {
    const [token = '', ...more] = await world().listener.tokensAt(path, (one) => decodeJwt(one)['sid'] === id['sid']);
    expect(more).toEqual([]);
    const { jwks_uri: keys = '', issuer } = config.serverMetadata();
    const expected = { issuer, audience: application.clientId, typ: 'logout+jwt' };
    const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), expected);
    expect(payload['events']).toEqual({ [logoutEvent]: {} });
    expect(payload).not.toHaveProperty('nonce');
    expect(Number(payload.exp) - Number(payload.iat)).toBeLessThanOrEqual(120);
    expect(payload.sub).toBe(id.sub);
  }

  it('A50: a sign-out from one application ends the session for all, and each is told by a token it can verify', async () => {
    const browser = world().browser();
    const signedIn = await party.signIn(browser, { ...place.asks(ada), scope: 'openid' });
    const elsewhere = await other.signIn(browser, { prompt: 'none' });
    const back = await leave(browser, { ...hintOf(signedIn), state: 's1' });
    expect(back.location?.href ?? textOf(back.text)).toBe(`${goodbye()}?state=s1`);
    expect(await isSignedIn(browser)).toBe(false);
    const { sub } = signedIn.id;
    await expect(party.userInfo(signedIn.tokens.access_token, String(sub))).rejects.toMatchObject({ status: 401 });
    await notice('/shop', party, signedIn);
    await notice('/other', other, elsewhere);
    // Who asked for `offline_access` keeps it when the person leaves (OpenID Connect Back-Channel Logout §2.7).
    expect((await other.refresh(elsewhere.tokens.refresh_token ?? '')).id.sub).toBe(sub);
  });

  it('A50: a sign-out that nobody proves is asked about first, and one for somebody else is refused', async () => {
    const [mine, theirs] = [world().browser(), world().browser()];
    const signedIn = await party.signIn(mine, place.asks(ada));
    const foreign = await party.signIn(theirs, place.asks(bob));
    expect((await leave(mine, hintOf(foreign))).status).toBe(400);
    expect((await leave(mine, { ...hintOf(signedIn), client_id: other.application.clientId })).status).toBe(400);
    const page = await leave(mine, { client_id: party.application.clientId });
    expect([page.status, textOf(page.text)]).toEqual([200, expect.stringContaining('sign out?')]);
    expect(await isSignedIn(mine)).toBe(true);
    const xsrf = /name="xsrf" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    const confirm = new URL('/oauth2/logout/confirm', page.url);
    const done = await mine.follow(confirm, goodbye(), { xsrf, logout: 'yes' });
    expect(done.location?.href).toBe(goodbye());
    expect([await isSignedIn(mine), await isSignedIn(theirs)]).toEqual([false, true]);
  });

  it('A10: nobody is sent from a sign-out to an address that is not registered', async () => {
    const browser = world().browser();
    const hint = hintOf(await party.signIn(browser, place.asks(ada)));
    for (const target of [`${goodbye()}/`, 'https://evil.example/', `${goodbye()}#x`, 'javascript:alert(1)']) {
      const answer = await leave(browser, { ...hint, post_logout_redirect_uri: target });
      expect([target, answer.status, answer.location]).toEqual([target, 400, undefined]);
    }
  });

  it('A50: an application is told, too, when the user is suspended, and when another person signs in instead', async () => {
    const browser = world().browser();
    const first = await party.signIn(browser, place.asks(ada));
    const instead = await party.signIn(browser, { ...place.asks(cleo), prompt: 'login' });
    expect(instead.id.sub).not.toBe(first.id.sub);
    await notice('/shop', party, first);
    const home = `/users/${String(instead.id.sub)}`;
    await world().directory('POST', `${home}/suspend`);
    try {
      await notice('/shop', party, instead);
    } finally {
      await world().directory('POST', `${home}/reactivate`);
    }
    expect(await isSignedIn(browser)).toBe(false);
  });
}
