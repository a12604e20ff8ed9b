import {
  AttemptId,
  Check,
  ConnectionId,
  IdentityId,
  OrganizationId,
  Strategy,
  UpstreamAccount,
  UserId,
} from '@homerealm/domain';
import { z } from 'zod';
import { UserState } from '../topics/user.topic.js';

/**
 * `POST /sign-ins` of the identity directory: a verified upstream account asks to be a user. Idempotent by attempt id:
 * the same attempt gets the same answer. Callers need the scope `sign-ins:write`.
 */
export const SignInRequest = z.object({
  attemptId: AttemptId,
  /** Decide and answer, but write nothing and tell nobody. */
  dryRun: z.boolean().default(false),
  /** Settings of the connection as the gateway knows them at this moment. */
  connection: z.object({
    connectionId: ConnectionId,
    strategy: Strategy,
    organizationId: OrganizationId.nullable(),
    /** The tenant is pinned, not one of many behind the common endpoint. */
    pinnedTenant: z.boolean(),
    homeRealmDomains: z.array(z.string()),
    trustedProvider: z.boolean(),
    trustScope: z.enum(['home-realm', 'any']),
    createUsers: z.boolean(),
    autoJoinOrganization: z.boolean(),
  }),
  account: UpstreamAccount,
  /** The organization the application asked for with `org_code`. */
  organizationId: OrganizationId.nullable(),
});
export type SignInRequest = z.infer<typeof SignInRequest>;

/** What the decision would do or has done, in the words of the decision table. */
export const SignInChange = z.enum(['matched', 'bound', 'linked', 'created']);

export const SignInResponse = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('signed-in'),
    userId: UserId,
    identityId: IdentityId,
    change: SignInChange,
    joinedOrganization: z.boolean(),
    /** The email this sign-in brought is proven by the rules; an unproven one is shown, never vouched for. */
    emailProven: z.boolean(),
    user: UserState,
    /** The organization this sign-in is for: asked for, or the connection's; null when neither. */
    organizationId: OrganizationId.nullable(),
    checks: z.array(Check),
  }),
  z.object({
    outcome: z.literal('refused'),
    /** `user.not-provisioned`, `user.suspended`, `user.other-enterprise-identity`, `organization.not-a-member`, … */
    code: z.string(),
    userId: UserId.nullable(),
    checks: z.array(Check),
  }),
]);
export type SignInResponse = z.infer<typeof SignInResponse>;
