import { ConnectionId, OrganizationId, Strategy, upstreamParamAliases } from '@homerealm/domain';
import { z } from 'zod';

/** A parameter sent upstream: a fixed text, or the value of one of our own authorize parameters. */
export const UpstreamParam = z.union([
  z.strictObject({ value: z.string().min(1).max(256) }),
  z.strictObject({ alias: z.enum(upstreamParamAliases) }),
]);
export type UpstreamParam = z.infer<typeof UpstreamParam>;

/**
 * What every service may know of a connection: all of its settings, none of its secrets. `revision` grows by one with
 * each change.
 */
export const ConnectionSettings = z.object({
  connectionId: ConnectionId,
  revision: z.number().int().positive(),
  state: z.enum(['draft', 'enabled', 'disabled']),
  strategy: Strategy,
  name: z.string(),
  displayName: z.string(),
  organizationId: OrganizationId.nullable(),
  /** As the admin wrote it: a tenant domain or GUID. */
  entraDomain: z.string(),
  /** The tenant it was resolved to, and is pinned to. */
  tenantId: z.guid(),
  authority: z.url(),
  graphOrigin: z.url(),
  useCommonEndpoint: z.boolean(),
  /** Tenants that may sign in through the common endpoint. */
  allowedTenants: z.array(z.guid()),
  clientId: z.string(),
  homeRealmDomains: z.array(z.string()),
  alwaysShowButton: z.boolean(),
  extendedProfile: z.boolean(),
  getUserGroups: z.boolean(),
  /** The app registration may read groups by itself (application permission, admin consent). */
  backgroundGroups: z.boolean(),
  trustedProvider: z.boolean(),
  trustScope: z.enum(['home-realm', 'any']),
  syncProfile: z.enum(['on', 'off', 'inherit']),
  createUsers: z.boolean(),
  autoJoinOrganization: z.boolean(),
  upstreamParams: z.record(z.string(), UpstreamParam),
  /** Applications that may use it; null means all. */
  enabledApplications: z.array(z.string()).nullable(),
  callbackUrl: z.url(),
});
export type ConnectionSettings = z.infer<typeof ConnectionSettings>;

/** One sealed credential of a connection. `sealed` is a JWE that only holders of the sealing key can open. */
export const SealedCredential = z.object({
  credentialId: z.string(),
  kind: z.enum(['client-secret', 'certificate']),
  sealed: z.string(),
  /** Which sealing key it was sealed with. */
  sealingKeyId: z.string(),
  expiresAt: z.iso.datetime().nullable(),
});
export type SealedCredential = z.infer<typeof SealedCredential>;

/** What a credential is sealed to: whoever opens it must name the same connection and credential. */
export const credentialSealContext = (connectionId: string, credentialId: string): string =>
  `connection-credential:${connectionId}:${credentialId}`;

/** Rules of the whole environment. */
export const EnvironmentPolicies = z.object({
  revision: z.number().int().nonnegative(),
  /** What a connection with `syncProfile: inherit` does. */
  syncProfiles: z.boolean(),
});
export type EnvironmentPolicies = z.infer<typeof EnvironmentPolicies>;
