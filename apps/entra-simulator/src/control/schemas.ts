import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { optionalClaimNames } from '../directory/model.js';
import { applicationPermissions, delegatedPermissions } from '../entra/scopes.js';
import { faultNames } from '../faults/catalogue.js';
import { endpoints } from '../http/exchange.js';
import type { SocialProvider } from '../social/model.js';
import { socialProviders } from '../social/seed-social.js';

/** The bodies of the control API. Unknown fields are refused, so that a misspelt one is noticed. */

const guid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'This must be a GUID.')
  .transform((id) => id.toLowerCase())
  .describe('A GUID.');
const domain = z
  .string()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i, 'This must be a domain name.')
  .transform((name) => name.toLowerCase());
const text = z.string().min(1).max(256);
const tenantRef = z.string().min(1).describe('A tenant by its GUID or one of its domains.');
const uri = z.string().refine((value) => URL.canParse(value), 'This must be an absolute URI.');

export const SettingsChange = z.strictObject({
  autoSignIn: z.boolean().optional().describe('Follow login_hint without a page or a password.'),
  codeLifetimeSeconds: z.number().int().min(0).max(3_600).optional(),
  tokenLifetimeSeconds: z.number().int().min(0).max(86_400).optional(),
  refreshTokenLifetimeSeconds: z
    .number()
    .int()
    .min(0)
    .max(90 * 86_400)
    .optional(),
});

export const TenantChange = z.strictObject({
  id: guid.optional().describe('Made up when missing.'),
  displayName: text,
  domains: z.array(domain).min(1),
});

const groupChange = z.strictObject({
  id: guid,
  displayName: text.optional(),
  securityEnabled: z.boolean().optional(),
  memberOf: z.array(guid).optional().describe('Groups that this one is in; unknown ones are created.'),
});
const groupList = z
  .array(z.union([guid, groupChange]))
  .max(20_000)
  .describe('Group ids, or groups; unknown ones are created.');

export const GroupsChange = z
  .strictObject({
    groups: groupList.optional(),
    count: z.number().int().min(0).max(20_000).optional().describe('Instead of a list: this many groups, made up.'),
  })
  .refine(({ groups, count }) => (groups === undefined) !== (count === undefined), {
    path: ['groups'],
    message: 'Give either groups or count.',
  });

export const UserChange = z.strictObject({
  oid: guid.optional().describe('Whom to change; a new user when unknown, made up when missing.'),
  tenant: tenantRef.optional().describe('Required for a new user.'),
  userPrincipalName: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'This must look like name@domain.')
    .optional()
    .describe('Required for a new user.'),
  displayName: text.optional(),
  password: text.optional(),
  givenName: text.nullable().optional(),
  surname: text.nullable().optional(),
  mail: text.nullable().optional(),
  otherMails: z.array(text).optional(),
  jobTitle: text.nullable().optional(),
  department: text.nullable().optional(),
  officeLocation: text.nullable().optional(),
  mobilePhone: text.nullable().optional(),
  preferredLanguage: text.nullable().optional(),
  country: z.string().length(2).nullable().optional(),
  enabled: z.boolean().optional(),
  guest: z.boolean().optional(),
  home: z
    .strictObject({ tenantId: guid, oid: guid })
    .nullable()
    .optional()
    .describe('The account a guest signs in with.'),
  photo: z.base64().nullable().optional().describe('PNG, base64.'),
  emailDomainOwnerVerified: z
    .union([z.boolean(), z.number(), z.string()])
    .nullable()
    .optional()
    .describe('What xms_edov says, as it stands.'),
  groups: groupList.optional(),
});

export const SocialPersonAddition = z.strictObject({
  provider: z.enum(Object.keys(socialProviders) as [SocialProvider['key'], ...SocialProvider['key'][]]),
  givenName: text,
  familyName: text,
  email: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, 'This must look like name@domain.')
    .optional()
    .describe('Left out: the provider tells none.'),
  emailVerified: z.boolean().optional().describe('What the provider says of the email.'),
});

const certificate = z.string().refine(isCertificate, 'This must be a certificate in PEM.');

export const AppChange = z.strictObject({
  clientId: guid.describe('Which app to change; it is created when unknown.'),
  tenant: tenantRef.optional().describe('Where it is registered. Required for a new app.'),
  displayName: text.optional(),
  secrets: z.array(z.strictObject({ value: text, expiresAt: z.iso.datetime({ offset: true }).optional() })).optional(),
  certificates: z.array(certificate).optional(),
  redirectUris: z.array(uri).optional().describe('Replaces all of them.'),
  addRedirectUris: z.array(uri).optional().describe('Keeps those there are.'),
  postLogoutRedirectUris: z.array(uri).optional(),
  optionalClaims: z.array(z.enum(optionalClaimNames)).optional(),
  groupMembershipClaims: z.enum(['None', 'SecurityGroup', 'All']).optional(),
  permissions: z
    .strictObject({
      delegated: z.array(z.enum(Object.keys(delegatedPermissions) as [string, ...string[]])).optional(),
      application: z.array(z.enum(applicationPermissions as [string, ...string[]])).optional(),
    })
    .optional(),
  multiTenant: z.boolean().optional(),
  personalAccounts: z.boolean().optional(),
  publicClient: z.boolean().optional(),
  assignmentRequired: z.boolean().optional(),
  assignedUsers: z.array(guid).optional(),
  roles: z.record(guid, z.array(text)).optional(),
  consent: z.enum(['granted', 'user', 'admin']).optional(),
  identifierUris: z.array(text).optional().describe('Entity ID or realm. Replaces all of them.'),
  addIdentifierUris: z.array(text).optional().describe('Keeps those there are.'),
  samlReplyUrls: z.array(uri).optional().describe('For SAML and WS-Federation. Replaces all of them.'),
  addSamlReplyUrls: z.array(uri).optional().describe('Keeps those there are.'),
  logoutUrl: uri.nullable().optional(),
  ownCertificate: z.boolean().optional().describe('Sign with a certificate of its own, in the metadata with ?appid=.'),
  signing: z.enum(['assertion', 'response', 'both']).optional(),
  encryptionCertificate: certificate.nullable().optional().describe('Encrypt SAML assertions for this one.'),
  requestCertificates: z.array(certificate).optional().describe('SAML requests must be signed by one of these.'),
});

export const CertificateAddition = z.strictObject({
  published: z.boolean().optional().describe('False: the metadata does not show it until it is active.'),
});

export const FaultChange = z.strictObject({
  name: z.enum(faultNames as [string, ...string[]], { error: 'There is no such fault; GET /_sim/faults lists them.' }),
  tenant: tenantRef.optional().describe('Only for this tenant; common and organizations are possible too.'),
  clientId: guid.optional().describe('Only for this app. Metadata and keys know it only with ?appid=.'),
  endpoint: z.enum(endpoints).optional(),
  times: z.number().int().min(1).max(1_000_000).optional().describe('How often it happens; until lifted when missing.'),
  retryAfterSeconds: z.number().int().min(0).max(3_600).optional().describe('For graph-429.'),
});

export const KeyRotation = z.strictObject({
  dropOld: z.boolean().optional().describe('No longer publish the old keys.'),
});

export const SeedFile = z.strictObject({
  tenants: z.array(TenantChange).optional(),
  users: z.array(UserChange).optional(),
  apps: z.array(AppChange).optional(),
});

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
