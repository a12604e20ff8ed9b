import { z } from 'zod';

/**
 * The stable key of an upstream account; never its email. The same Entra person has the same key through OIDC, SAML
 * and WS-Fed. Everybody else is known by issuer and subject.
 */
export const UpstreamAccountKey = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('entra'), tenantId: z.guid().toLowerCase(), objectId: z.guid().toLowerCase() }),
  z.object({ kind: z.literal('oidc'), issuer: z.string().min(1).max(512), subject: z.string().min(1).max(512) }),
]);
export type UpstreamAccountKey = z.infer<typeof UpstreamAccountKey>;

/** Half surrogates have no bytes and no database takes a zero: neither is in anybody's identifier. */
export const isStorableAccountKey = (key: UpstreamAccountKey): boolean =>
  key.kind === 'entra' || !/[\p{Cc}\p{Cs}]/u.test(`${key.issuer} ${key.subject}`);

/** The key as one text, for unique indexes: `entra|<tid>|<oid>` or `oidc|<issuer>|<subject>`. */
export function upstreamAccountText(key: UpstreamAccountKey): string {
  return key.kind === 'entra'
    ? `entra|${key.tenantId.toLowerCase()}|${key.objectId.toLowerCase()}`
    : `oidc|${encodeURIComponent(key.issuer)}|${encodeURIComponent(key.subject)}`;
}

/**
 * A group set. `unknown` is not "no groups": it says that we could not read them, and removes nobody from anything.
 * Values are group object ids, without duplicates, sorted.
 */
export const GroupSet = z.discriminatedUnion('completeness', [
  z.object({
    completeness: z.literal('complete'),
    source: z.enum(['token', 'graph', 'background']),
    asOf: z.iso.datetime(),
    groups: z.array(z.string().min(1).max(256)),
  }),
  z.object({ completeness: z.literal('unknown'), reason: z.string(), asOf: z.iso.datetime() }),
]);
export type GroupSet = z.infer<typeof GroupSet>;

/** What a verified upstream answer says about the person. Only known fields, as bounded text. */
export const UpstreamClaims = z.object({
  email: z.string().max(254).optional(),
  /** The provider's own word: `email_verified`. */
  emailVerified: z.boolean().optional(),
  /** Entra's `xms_edov`: the email's domain owner was verified. */
  emailDomainOwnerVerified: z.boolean().optional(),
  preferredUsername: z.string().max(512).optional(),
  displayName: z.string().max(512).optional(),
  givenName: z.string().max(256).optional(),
  familyName: z.string().max(256).optional(),
  /** An https address, or a `data:` image of at most 64 kB. */
  picture: z.string().max(90_000).optional(),
  /** Fields of the extended profile, when the connection asks for them. */
  extra: z
    .record(z.string().max(64), z.union([z.string().max(2048), z.array(z.string().max(512)).max(200), z.boolean()]))
    .optional(),
});
export type UpstreamClaims = z.infer<typeof UpstreamClaims>;

/** The person an upstream proved, as every connector returns it. */
export const UpstreamAccount = z.object({
  key: UpstreamAccountKey,
  /** Entra's pairwise `sub`, kept beside the key. */
  pairwiseSubject: z.string().max(512).optional(),
  /** Entra's `acct` claim: a guest's email is not the tenant's word. */
  guest: z.boolean().optional(),
  /** When the upstream's answer was verified here, to the millisecond: one clock puts all readings in order. */
  asOf: z.iso.datetime(),
  claims: UpstreamClaims,
  /** Absent when the connection does not ask for groups. */
  groups: GroupSet.optional(),
});
export type UpstreamAccount = z.infer<typeof UpstreamAccount>;
