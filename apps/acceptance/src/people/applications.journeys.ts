import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK, generateKeyPair } from 'jose';
import * as oidc from 'openid-client';
import { type RelyingParty, textOf } from '../client/relying-party.js';
import type { Employee } from './company.js';
import { Workplace } from './workplace.js';
import type { World } from './world.js';

type Answered = Record<string, unknown>;

/** Applications of every sort, made through the API, and what they may ask. */
export function applicationSignIns(world: () => World): void {
  let place: Workplace;
  let ada: Employee;
  let web: RelyingParty;
  beforeAll(async () => {
    place = await Workplace.open(world(), 'applications', {
      upstreamParams: { prompt: { alias: 'prompt' }, ui_locales: { alias: 'ui_locales' } },
    });
    ada = await place.company.hire('ada', { surname: 'Vance', groups: ['a9910000-0000-4000-8000-000000000001'] });
    web = await world().register();
  }, 60_000);

  const read = async (url: unknown) => (await (await fetch(String(url))).json()) as Answered;
  /** Where an authorize request ends: at the application, or at a page. */
  const sent = async (party: RelyingParty, params: Record<string, string>, browser = world().browser()) => {
    const begun = await party.begin(params);
    return { begun, answer: await browser.walk(begun.url, world().redirectUri) };
  };
  const errorOf = async (party: RelyingParty, params: Record<string, string>, browser = world().browser()) =>
    (await sent(party, params, browser)).answer.location?.searchParams.get('error') ?? 'signed in';
  const refusal = (asked: Promise<unknown>) =>
    asked.then(
      () => 'accepted',
      (problem: { error?: string }) => problem.error ?? String(problem),
    );

  it('find all they need in the discovery document, and public keys of both sorts', async () => {
    const { issuer } = world().system;
    const metadata = await read(`${issuer}/.well-known/openid-configuration`);
    expect(metadata).toMatchObject({
      ...{ issuer, response_types_supported: ['code'], code_challenge_methods_supported: ['S256'] },
      ...{ authorization_response_iss_parameter_supported: true },
      ...{ backchannel_logout_supported: true, backchannel_logout_session_supported: true },
    });
    const listed = (name: string) => [...(metadata[name] as string[])].sort();
    expect(listed('id_token_signing_alg_values_supported')).toEqual(['ES256', 'RS256']);
    expect(listed('token_endpoint_auth_methods_supported')).toEqual(
      ['client_secret_basic', 'client_secret_post', 'none', 'private_key_jwt'], // prettier-ignore
    );
    const { keys } = (await read(metadata['jwks_uri'])) as { keys: Record<string, unknown>[] };
    expect(new Set(keys.map(({ alg }) => alg))).toEqual(new Set(['ES256', 'RS256']));
    for (const key of keys) expect(Object.keys(key)).not.toContain('d');
  });

  it('sign people in with a secret, a private key or none at all, and have ID tokens signed as they ask', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    const jwk = await exportJWK(publicKey);
    const jwks = { keys: [{ ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) }] };
    const withKey = { tokenEndpointAuthMethod: 'private_key_jwt', jwks };
    const parties = [
      [web, 'ES256'],
      [await world().register({ idTokenSignedResponseAlg: 'RS256' }), 'RS256'],
      [await world().register(withKey, oidc.PrivateKeyJwt({ key: privateKey, kid: jwks.keys[0]?.kid ?? '' })), 'ES256'],
      [await world().register({ type: 'spa' }, oidc.None()), 'ES256'],
    ] as const;
    const browser = world().browser();
    for (const [party, alg] of parties) {
      const { id, access, tokens } = await party.signIn(browser, place.asks(ada));
      expect(decodeProtectedHeader(tokens.id_token ?? '').alg).toBe(alg);
      expect(id).toMatchObject({ given_name: 'ada', family_name: 'Vance', email: ada.email });
      const { clientId } = party.application;
      expect(access).toMatchObject({ sub: id.sub, client_id: clientId, aud: `urn:homerealm:application:${clientId}` });
      expect(access).toMatchObject({ org_code: place.organizationId, ext_groups_status: 'complete' });
      expect(access['ext_groups']).toHaveLength(1);
      const info = await party.userInfo(tokens.access_token, String(id.sub));
      expect(info).toMatchObject({ sub: id.sub, email: ada.email });
      expect(await oidc.tokenIntrospection(party.config, tokens.access_token)).toMatchObject({ active: true });
    }
    const { privateKey: foreign } = await generateKeyPair('ES256');
    const { application } = parties[2][0];
    const impostors = [
      oidc.PrivateKeyJwt({ key: foreign, kid: jwks.keys[0]?.kid ?? '' }),
      oidc.ClientSecretPost('not-the-secret'),
      oidc.None(),
    ];
    for (const authentication of impostors) {
      const impostor = await world().clientOf(application, authentication);
      const { begun, answer } = await sent(impostor, place.asks(ada), browser);
      expect(await refusal(impostor.redeem(answer.location ?? answer.url, begun.checks))).toBe('invalid_client');
    }
  });

  it('A8: prove their code with S256, or get none; every answer says who gives it', async () => {
    const { issuer } = world().system;
    const without: Record<string, string>[] = [
      { code_challenge_method: 'plain' },
      { code_challenge: '', code_challenge_method: '' },
    ];
    for (const change of without) {
      const { answer } = await sent(web, { ...place.asks(ada), ...change });
      expect(Object.fromEntries(answer.location?.searchParams ?? [])).toMatchObject({
        ...{ error: 'invalid_request', iss: issuer },
      });
    }
    const { begun, answer } = await sent(web, place.asks(ada));
    expect(answer.location?.searchParams.get('iss')).toBe(issuer);
    const mistaken = { ...begun.checks, pkceCodeVerifier: oidc.randomPKCECodeVerifier() };
    expect(await refusal(web.redeem(answer.location ?? answer.url, mistaken))).toBe('invalid_grant');
  });

  it('A6: use a code once; the second use takes back what the first one gave', async () => {
    const { begun, answer } = await sent(web, place.asks(ada));
    const { tokens, id } = await web.redeem(answer.location ?? answer.url, begun.checks);
    expect(await refusal(web.redeem(answer.location ?? answer.url, begun.checks))).toBe('invalid_grant');
    expect(await refusal(web.refresh(tokens.refresh_token ?? ''))).toBe('invalid_grant');
    await expect(web.userInfo(tokens.access_token, String(id.sub))).rejects.toThrow();
  });

  it('A49: get a new refresh token each time; one that comes back ends the whole family', async () => {
    const { tokens, id } = await web.signIn(world().browser(), place.asks(ada));
    const first = tokens.refresh_token ?? '';
    const second = (await web.refresh(first)).tokens.refresh_token ?? '';
    const third = await web.refresh(second);
    expect(third.id.sub).toBe(id.sub);
    expect(new Set([first, second, third.tokens.refresh_token]).size).toBe(3);
    expect(await refusal(web.refresh(first))).toBe('invalid_grant');
    expect(await refusal(web.refresh(third.tokens.refresh_token ?? ''))).toBe('invalid_grant');
    await expect(web.userInfo(third.tokens.access_token, String(id.sub))).rejects.toThrow();
  });

  it('A51: change secrets without a gap: two are good until the old one is deleted', async () => {
    const party = await world().register();
    const home = `/applications/${party.application.clientId}`;
    const made = await world().gateway<{ clientSecret: string }>('POST', `${home}/secrets`);
    const browser = world().browser();
    const by = async (secret: string) => {
      const { begun, answer } = await sent(party, place.asks(ada), browser);
      const bearer = await world().clientOf({ ...party.application, clientSecret: secret });
      return refusal(bearer.redeem(answer.location ?? answer.url, begun.checks));
    };
    expect([await by(party.application.clientSecret), await by(made.clientSecret)]).toEqual(['accepted', 'accepted']);
    const shown = await world().gateway<{ secrets: { id: string }[] }>('GET', home);
    expect(JSON.stringify(shown)).not.toContain(made.clientSecret);
    await world().gateway('DELETE', `${home}/secrets/${shown.secrets[0]?.id}`);
    expect([await by(party.application.clientSecret), await by(made.clientSecret)]).toEqual([
      ...['invalid_client', 'accepted'],
    ]);
  });

  it('ask with `prompt`, `login_hint` and `ui_locales`, `org_code` and `connection_id`', async () => {
    const browser = world().browser();
    expect(await errorOf(web, { prompt: 'none' }, browser)).toBe('login_required');
    await web.signIn(browser, place.asks(ada));
    expect(await errorOf(web, { prompt: 'none' }, browser)).toBe('signed in');
    const { simulator } = world().system.urls;
    const upstream = async (params: Record<string, string>, from = browser) =>
      (await from.follow((await web.begin(params)).url, simulator)).location;
    expect(await upstream({}, browser)).toBeUndefined();
    const again = await upstream({ ...place.asks(ada), prompt: 'login', ui_locales: 'da' });
    expect(again?.searchParams.get('login_hint')).toBe(ada.email);
    expect(again?.searchParams.get('prompt')).toBe('login');
    expect(again?.searchParams.get('ui_locales')).toBe('da');
    const byDomain = await upstream({ login_hint: ada.email }, world().browser());
    expect(byDomain?.pathname).toBe(again?.pathname);
    const contoso = await world().connectionNamed('contoso');
    const named = await upstream({ login_hint: ada.email, connection_id: contoso }, world().browser());
    expect(named?.pathname).not.toBe(again?.pathname);
    const elsewhere = { prompt: 'none', org_code: 'org_00000000000000000000000000' };
    expect(await errorOf(web, elsewhere, browser)).toBe('login_required');
    expect(await errorOf(web, { prompt: 'none', connection_id: contoso }, browser)).toBe('login_required');
    expect(await errorOf(web, { prompt: 'none', org_code: place.organizationId }, browser)).toBe('signed in');
  });

  it('are told nothing of tokens of others, and nothing at an address that is not theirs', async () => {
    const other = await world().register();
    const { tokens } = await web.signIn(world().browser(), place.asks(ada));
    for (const token of [tokens.access_token, tokens.refresh_token ?? ''])
      expect(await oidc.tokenIntrospection(other.config, token)).toEqual({ active: false });
    const { answer } = await sent(web, { redirect_uri: `${world().redirectUri}/else` });
    expect([answer.status, answer.location]).toEqual([400, undefined]);
    expect(textOf(answer.text)).not.toContain('/else');
  });
}
