import { createHash } from 'node:crypto';
import { consumersTenantId } from '../directory/directory.js';
import type { App, OptionalClaim, User } from '../directory/model.js';
import type { Simulation } from '../simulation.js';
import { applyIdTokenFaults } from '../faults/id-token.faults.js';
import type { Exchange } from '../http/exchange.js';
import { signDraft, type Draft } from './jwt.js';
import { groupClaims } from './group-claims.js';
import { issuerOf } from './tenant-segment.js';

/** What a sign-in established, from which tokens are made. */
export type SignedIn = {
  app: App;
  user: User;
  scopes: string[];
  nonce?: string | undefined;
  /** Epoch seconds. */
  authTime: number;
  sessionId: string;
};

/** Entra dates its id_tokens five minutes back, for clocks that are behind. */
const backdated = 300;

/** Makes and signs a v2 id_token, spoiled by the faults that are armed for it. */
export async function makeIdToken(signedIn: SignedIn, exchange: Exchange, simulation: Simulation): Promise<string> {
  const key = signedIn.user.tenantId === consumersTenantId ? simulation.keys.consumers : simulation.keys.current;
  const draft: Draft = {
    header: { typ: 'JWT', alg: 'RS256', kid: key.kid },
    claims: idTokenClaims(signedIn, exchange, simulation),
    signer: 'published',
  };
  applyIdTokenFaults(draft, exchange, simulation);
  return signDraft(draft, key, simulation.keys.stranger);
}

function idTokenClaims(signedIn: SignedIn, exchange: Exchange, simulation: Simulation): Record<string, unknown> {
  const { app, user, nonce, scopes } = signedIn;
  const now = simulation.now();
  const claims = {
    aud: app.clientId,
    iss: issuerOf(simulation.origin, user.tenantId),
    iat: now - backdated,
    nbf: now - backdated,
    exp: now + simulation.settings.tokenLifetimeSeconds,
    ...(nonce === undefined ? {} : { nonce }),
    ...groupClaims(app, user, simulation.directory),
    ...profileClaims(signedIn),
    ...optionalClaims(signedIn, exchange, simulation),
    rh: `1.${hash('rh', user.tenantId, app.clientId).slice(0, 40)}.`,
    ...(app.roles[user.oid] ? { roles: app.roles[user.oid] } : {}),
    sub: pairwise(user, app),
    tid: user.tenantId,
    uti: hash('uti', exchange.traceId).slice(0, 22),
    ver: '2.0',
  };
  return scopes.includes('profile') ? claims : without(claims, ['tid']);
}

/** These need the scope `profile`; without it Entra names nobody but the pairwise subject. */
function profileClaims({ user, scopes }: SignedIn): Record<string, unknown> {
  if (!scopes.includes('profile')) return {};
  return { name: user.displayName, oid: user.oid, preferred_username: userName(user) };
}

/** Present only when the app asks: in its manifest, or for the email address by the scope `email`; guests always carry it. */
function optionalClaims(signedIn: SignedIn, exchange: Exchange, simulation: Simulation): Record<string, unknown> {
  const { app, user, scopes } = signedIn;
  const values = optionalValues(signedIn, exchange, simulation);
  const email = scopes.includes('email') || user.guest ? { email: values.email } : {};
  const asked = app.optionalClaims.filter((name) => scopes.includes('profile') || !needsProfile.includes(name));
  const found = { ...email, ...Object.fromEntries(asked.map((name) => [name, values[name]])) };
  // xms_edov speaks about the email claim and comes only with it.
  const shown = found.email === undefined ? without(found, ['xms_edov']) : found;
  return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== undefined));
}

const needsProfile: OptionalClaim[] = ['given_name', 'family_name', 'upn'];

function optionalValues(
  { user, authTime, sessionId }: SignedIn,
  exchange: Exchange,
  { directory }: Simulation,
): Record<OptionalClaim, unknown> {
  const ownDomains = directory.findTenant(user.tenantId)?.domains ?? [];
  const isOwn = (mail: string) => ownDomains.includes(mail.split('@')[1]?.toLowerCase() ?? '');
  const verified = (mails: string[]) => mails.filter(isOwn);
  return {
    acct: user.guest ? 1 : 0,
    auth_time: authTime,
    ctry: user.country,
    email: user.mail,
    family_name: user.surname,
    given_name: user.givenName,
    ipaddr: '127.0.0.1',
    login_hint: `O.${Buffer.from(user.userPrincipalName).toString('base64url')}`,
    sid: hash('sid', sessionId).slice(0, 36),
    upn: user.userPrincipalName,
    verified_primary_email: user.mail === undefined ? undefined : verified([user.mail]),
    verified_secondary_email: verified(user.otherMails),
    xms_edov: user.emailDomainOwnerVerified ?? isOwn(user.mail ?? ''),
    xms_pl: user.preferredLanguage?.toLowerCase(),
  };
}

/** A guest is shown by the address that was invited, a member by the user name. */
export function userName(user: User): string {
  return user.guest ? (user.mail ?? user.userPrincipalName) : user.userPrincipalName;
}

/** The pairwise subject: the same person is somebody else to every app. */
export function pairwise(user: User, app: App): string {
  return hash('sub', user.tenantId, user.oid, app.clientId);
}

function hash(...parts: string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('base64url');
}

function without(claims: Record<string, unknown>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([name]) => !names.includes(name)));
}
