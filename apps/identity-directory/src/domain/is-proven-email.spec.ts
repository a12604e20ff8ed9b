import type { Strategy, UpstreamAccount, UpstreamClaims } from '@homerealm/domain';
import fc from 'fast-check';
import { aConnection, objectIdOf } from './directory.builders.js';
import { isProvenEmail, type SignInConnection } from './is-proven-email.js';

const home = 'ada@contoso.example';
const foreign = 'ada@fabrikam.example';
const personal = { kind: 'entra', tenantId: '9188040D-6c67-4c5b-b112-36a304b66dad', objectId: objectIdOf(1) } as const;
const prove = (connection: Partial<SignInConnection>, claims: UpstreamClaims) =>
  isProvenEmail(aConnection(connection), { claims });

const social: Partial<SignInConnection> = { strategy: 'google', pinnedTenant: false, homeRealmDomains: [] };
const common = { pinnedTenant: false } as const;
const saml = { strategy: 'entra-saml' } as const;
const wsfed = { strategy: 'entra-wsfed' } as const;

const company: Partial<SignInConnection> = { strategy: 'oidc', identityType: 'enterprise', pinnedTenant: false };

type Row = [string, Partial<SignInConnection>, UpstreamClaims, boolean, string];

describe('a proven email', () => {
  it.each<Row>([
    ['social, verified by the provider', social, { email: home, emailVerified: true }, true, 'provider-verified'],
    ['social, not verified', social, { email: home, emailVerified: false }, false, 'not-verified-by-provider'],
    ['social, nothing said', social, { email: home }, false, 'not-verified-by-provider'],
    [
      'social, verified, connection not trusted',
      { ...social, trustedProvider: false },
      { email: home, emailVerified: true },
      false,
      'connection-not-trusted',
    ],
    [
      'social: a home realm domain is no proof',
      { ...social, homeRealmDomains: ['contoso.example'], trustScope: 'any' },
      { email: home },
      false,
      'not-verified-by-provider',
    ],
    ['pinned, home realm domain', {}, { email: home }, true, 'home-realm-domain'],
    ['pinned, home realm domain in capitals', {}, { email: 'Ada@CONTOSO.example' }, true, 'home-realm-domain'],
    ['pinned, other domain', {}, { email: foreign }, false, 'domain-not-home-realm'],
    ['pinned, subdomain', {}, { email: 'ada@mail.contoso.example' }, false, 'domain-not-home-realm'],
    [
      'pinned, other domain, owner verified',
      {},
      { email: foreign, emailDomainOwnerVerified: true },
      true,
      'domain-owner-verified',
    ],
    [
      'pinned, other domain, owner not verified',
      {},
      { email: foreign, emailDomainOwnerVerified: false },
      false,
      'domain-not-home-realm',
    ],
    ['pinned, trusted for any domain', { trustScope: 'any' }, { email: foreign }, true, 'trust-scope-any'],
    [
      'pinned, everything right but not trusted',
      { trustedProvider: false, trustScope: 'any' },
      { email: home, emailDomainOwnerVerified: true },
      false,
      'connection-not-trusted',
    ],
    [
      'common, owner verified',
      common,
      { email: foreign, emailDomainOwnerVerified: true },
      true,
      'domain-owner-verified',
    ],
    ['common, home realm domain only', common, { email: home }, false, 'domain-owner-not-verified'],
    [
      'common, trusted for any domain',
      { ...common, trustScope: 'any' },
      { email: home, emailDomainOwnerVerified: false },
      false,
      'domain-owner-not-verified',
    ],
    [
      'common, email_verified is not Entra’s word',
      common,
      { email: home, emailVerified: true },
      false,
      'domain-owner-not-verified',
    ],
    ['SAML, home realm domain', saml, { email: home }, true, 'home-realm-domain'],
    ['SAML, other domain', saml, { email: foreign }, false, 'domain-not-home-realm'],
    ['SAML, any domain', { ...saml, trustScope: 'any' }, { email: foreign }, true, 'trust-scope-any'],
    [
      'SAML: xms_edov does not count',
      saml,
      { email: foreign, emailDomainOwnerVerified: true },
      false,
      'domain-not-home-realm',
    ],
    ['WS-Fed, home realm domain', wsfed, { email: home }, true, 'home-realm-domain'],
    ['WS-Fed, not trusted', { ...wsfed, trustedProvider: false }, { email: home }, false, 'connection-not-trusted'],
    ['own OpenID provider, home realm domain', company, { email: home }, true, 'home-realm-domain'],
    [
      'own OpenID provider, other domain',
      company,
      { email: foreign, emailVerified: true },
      false,
      'domain-not-home-realm',
    ],
    ['own OpenID provider, any domain', { ...company, trustScope: 'any' }, { email: foreign }, true, 'trust-scope-any'],
    [
      'own OpenID provider that calls it unverified',
      { ...company, trustScope: 'any' },
      { email: home, emailVerified: false },
      false,
      'not-verified-by-provider',
    ],
    ['no email', {}, {}, false, 'no-email'],
    ['an empty email', {}, { email: ' ' }, false, 'no-email'],
    ['no address', {}, { email: 'ada' }, false, 'not-an-email'],
  ])('%s', (_title, connection, claims, proven, reason) => {
    expect(prove(connection, claims)).toMatchObject({ proven, reason });
  });

  it.each<[string, Partial<SignInConnection>, Partial<UpstreamAccount>, boolean, string]>([
    ['a guest of a home realm domain', {}, { guest: true, claims: { email: home } }, false, 'guest-account'],
    ['a guest where any domain is trusted', { trustScope: 'any' }, { guest: true }, false, 'guest-account'],
    ['a guest through SAML', { ...saml, trustScope: 'any' }, { guest: true }, false, 'guest-account'],
    ['a guest behind the common endpoint', common, { guest: true }, false, 'guest-account'],
    [
      'a guest whose domain owner is verified',
      {},
      { guest: true, claims: { email: foreign, emailDomainOwnerVerified: true } },
      true,
      'domain-owner-verified',
    ],
    ['a personal account', { trustScope: 'any' }, { key: personal }, false, 'guest-account'],
    [
      'a personal account whose domain owner is verified',
      common,
      { key: personal, claims: { email: home, emailDomainOwnerVerified: true } },
      true,
      'domain-owner-verified',
    ],
    [
      'a guest of a connection nobody trusts',
      { trustedProvider: false },
      { guest: true },
      false,
      'connection-not-trusted',
    ],
    ['a member', {}, { guest: false, claims: { email: home } }, true, 'home-realm-domain'],
  ])('A32: %s', (_title, connection, account, proven, reason) => {
    const asked = { claims: { email: foreign }, ...account };
    expect(isProvenEmail(aConnection(connection), asked)).toMatchObject({ proven, reason });
  });

  it('is one the person proved to us, through a social connection only, trusted or not', () => {
    const asked = (connection: Partial<SignInConnection>, email?: string) =>
      isProvenEmail(aConnection(connection), { claims: {} }, email);
    const untrusted = { ...social, trustedProvider: false };
    expect(asked(untrusted, 'Ada@Contoso.example')).toEqual({
      proven: true,
      reason: 'proved-here',
      value: 'Ada@Contoso.example',
      canon: home,
    });
    expect(asked(untrusted)).toMatchObject({ proven: false, reason: 'no-email' });
    for (const connection of [{}, common, saml, company])
      expect(asked(connection, home)).toMatchObject({ proven: false, reason: 'no-email' });
  });

  const strategies: Strategy[] = ['entra-oauth2', 'entra-saml', 'entra-wsfed', 'google', 'linkedin', 'oidc'];
  const anyConnection = fc.record({
    strategy: fc.constantFrom(...strategies),
    pinnedTenant: fc.boolean(),
    homeRealmDomains: fc.subarray(['contoso.example', 'fabrikam.example']),
    trustedProvider: fc.boolean(),
    trustScope: fc.constantFrom('home-realm' as const, 'any' as const),
  });
  const anyClaims = fc.record(
    {
      email: fc.oneof(fc.constantFrom(home, foreign), fc.string({ maxLength: 60 }), fc.emailAddress()),
      emailVerified: fc.boolean(),
      emailDomainOwnerVerified: fc.boolean(),
    },
    { requiredKeys: [] },
  );

  it('is never proven by a connection that nobody trusts, nor without an address', () => {
    fc.assert(
      fc.property(anyConnection, anyClaims, (connection, claims) => {
        const proof = prove(connection, claims);
        if (!proof.proven) return;
        expect(connection.trustedProvider).toBe(true);
        expect(proof.canon).toContain('@');
      }),
    );
  });

  it('is proven no less when the domain becomes a home realm domain, and the same in any case of letters', () => {
    fc.assert(
      fc.property(anyConnection, anyClaims, (connection, claims) => {
        const proof = prove(connection, claims);
        const upper = prove(connection, { ...claims, ...(claims.email && { email: claims.email.toUpperCase() }) });
        if (claims.email === home || claims.email === foreign)
          expect({ ...upper, value: '' }).toEqual({ ...proof, value: '' });
        const homes = { ...connection, homeRealmDomains: ['contoso.example', 'fabrikam.example'] };
        if (proof.proven) expect(prove(homes, claims).proven).toBe(true);
      }),
    );
  });
});
