import { randomUUID } from 'node:crypto';
import type { App, User } from '../directory/model.js';
import { pairwise } from '../entra/id-token.js';
import type { Simulation } from '../simulation.js';
import { claimTypes, nameIdFormats, statusCodes } from './names.js';
import type { FederatedRequest } from './request.js';

export type Attribute = { name: string; values: string[] };

/** An answer before it is written and signed: what faults change. Times are epoch seconds. */
export type Draft = {
  door: FederatedRequest['door'];
  /** SAML 1.1 is what ADFS puts into WS-Federation answers. */
  version: '2.0' | '1.1';
  id: string;
  issuer: string;
  audience: string | undefined;
  nameId: { value: string; format: string };
  attributes: Attribute[];
  issuedAt: number;
  authenticatedAt: number;
  notBefore: number;
  notOnOrAfter: number;
  /** SAML only. */
  recipient: string;
  destination: string;
  inResponseTo: string | undefined;
  /** What the envelope says, which nobody signed. */
  envelopeInResponseTo: string | undefined;
  status: string;
  context: string | undefined;
  signing: App['signing'] | 'none';
  sha1: boolean;
  signedBy: 'app' | 'stranger';
  encryption: 'aes256-gcm' | 'aes256-cbc' | 'stranger' | 'none';
  /** Changes the assertion's text after it is signed. */
  spoilAssertion: ((assertion: string) => string)[];
  /** Changes the whole answer's text at the very end. */
  spoilDocument: ((document: string) => string)[];
};

/** As Entra: valid from five minutes ago, for an hour and ten minutes at most. */
const backdated = 300;
/** A SAML assertion carries this many groups; with one more, only the link. */
export const mostGroupsInAssertion = 150;

export type SignedInTo = { request: FederatedRequest; app: App; user: User; authTime: number };

export function draftAnswer({ request, app, user, authTime }: SignedInTo, simulation: Simulation): Draft {
  const now = simulation.now();
  return {
    door: request.door,
    version: request.voice === 'adfs' && request.door === 'wsfed' ? '1.1' : '2.0',
    id: `_${randomUUID()}`,
    issuer: issuerOf(request.voice, user.tenantId, simulation.origin),
    audience: request.identifier,
    nameId: nameIdOf(request, app, user),
    attributes: request.voice === 'adfs' ? adfsClaims(user) : entraClaims(app, user, simulation),
    issuedAt: now,
    authenticatedAt: authTime,
    notBefore: now - backdated,
    notOnOrAfter: now + simulation.settings.tokenLifetimeSeconds,
    recipient: request.replyUrl,
    destination: request.replyUrl,
    inResponseTo: request.requestId,
    envelopeInResponseTo: request.requestId,
    status: statusCodes.success,
    context: request.context,
    signing: app.signing,
    sha1: false,
    signedBy: 'app',
    encryption: app.encryptionCertificate && request.door === 'saml' ? 'aes256-gcm' : 'none',
    spoilAssertion: [],
    spoilDocument: [],
  };
}

/** Entra's entity ID keeps Microsoft's own form; ADFS is named by its host. */
export function issuerOf(voice: FederatedRequest['voice'], tenantId: string, origin: string): string {
  return voice === 'entra'
    ? `https://sts.windows.net/${tenantId}/`
    : `${origin.replace(/^https/, 'http')}/adfs/services/trust`;
}

function nameIdOf({ nameIdFormat = 'persistent' }: FederatedRequest, app: App, user: User): Draft['nameId'] {
  const format = nameIdFormats[nameIdFormat === 'unspecified' ? 'persistent' : nameIdFormat];
  if (nameIdFormat === 'emailAddress') return { format, value: user.mail ?? user.userPrincipalName };
  return { format, value: nameIdFormat === 'transient' ? `_${randomUUID()}` : pairwise(user, app) };
}

function entraClaims(app: App, user: User, simulation: Simulation): Attribute[] {
  return present([
    [claimTypes.tenantId, user.tenantId],
    [claimTypes.objectId, user.oid],
    [claimTypes.name, user.userPrincipalName],
    [claimTypes.givenName, user.givenName],
    [claimTypes.surname, user.surname],
    [claimTypes.emailAddress, user.mail],
    [claimTypes.displayName, user.displayName],
    [claimTypes.identityProvider, `https://sts.windows.net/${user.home?.tenantId ?? user.tenantId}/`],
    [claimTypes.methods, 'http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password'],
    ...groupsOf(app, user, simulation),
    [claimTypes.roles, app.roles[user.oid]],
  ]);
}

function adfsClaims(user: User): Attribute[] {
  return present([
    [claimTypes.upn, user.userPrincipalName],
    [claimTypes.name, user.displayName],
    [claimTypes.givenName, user.givenName],
    [claimTypes.surname, user.surname],
    [claimTypes.emailAddress, user.mail],
  ]);
}

/** The link leads to the retired Azure AD Graph, as in real assertions: whoever follows it goes nowhere. */
function groupsOf(app: App, user: User, { directory }: Simulation): [string, string | string[]][] {
  if (app.groupMembershipClaims === 'None') return [];
  const all = app.groupMembershipClaims === 'All';
  const groups = directory.groupsOf(user).filter((group) => all || group.securityEnabled);
  if (groups.length <= mostGroupsInAssertion) return [[claimTypes.groups, groups.map(({ id }) => id)]];
  return [[claimTypes.groupsLink, `https://graph.windows.net/${user.tenantId}/users/${user.oid}/getMemberObjects`]];
}

function present(claims: [string, string | string[] | undefined][]): Attribute[] {
  return claims.flatMap(([name, value]) => {
    const values = [value ?? []].flat();
    return values.length > 0 ? [{ name, values }] : [];
  });
}
