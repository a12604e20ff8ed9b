import {
  AttemptId,
  Check,
  ConnectionId,
  Email,
  IdentityId,
  isStorableAccountKey,
  OrganizationId,
  Strategy,
  UpstreamAccount,
  UserId,
} from '@homerealm/domain';
import { z } from 'zod';
import { IdentityType, UserState } from '../topics/user.topic.js';

const asked = {
  attemptId: AttemptId,
  /** Decide and answer, but write nothing and tell nobody. */
  dryRun: z.boolean().default(false),
  /** The organization the application asked for with `org_code`. */
  organizationId: OrganizationId.nullable(),
};

/** A verified upstream account asks to be a user. */
export const UpstreamSignIn = z.object({
  ...asked,
  /** Settings of the connection as the gateway knows them at this moment. */
  connection: z.object({
    connectionId: ConnectionId,
    strategy: Strategy,
    organizationId: OrganizationId.nullable(),
    /** What an account of this connection is; left out, the strategy says it. */
    identityType: z.enum(['social', 'enterprise']).optional(),
    /** The tenant is pinned, not one of many behind the common endpoint. */
    pinnedTenant: z.boolean(),
    homeRealmDomains: z.array(z.string()),
    trustedProvider: z.boolean(),
    trustScope: z.enum(['home-realm', 'any']),
    createUsers: z.boolean(),
    autoJoinOrganization: z.boolean(),
  }),
  account: UpstreamAccount.refine(({ key }) => isStorableAccountKey(key), 'The key holds control characters.'),
  /** An email the person typed because the provider gave none, and proved to us by a code. */
  provenEmail: Email.optional(),
});
export type UpstreamSignIn = z.infer<typeof UpstreamSignIn>;

/** Somebody proved to us that an email address or a phone is theirs, or the email behind a username. */
export const OwnSignIn = z.object({
  ...asked,
  proof: z.discriminatedUnion('by', [
    z.object({ by: z.literal('email'), email: Email }),
    z.object({ by: z.literal('phone'), phone: z.string().regex(/^\+[1-9]\d{6,14}$/) }),
    z.object({ by: z.literal('username'), username: z.string().max(64), email: Email }),
  ]),
  /** Present when somebody unknown may become a user, with what their form said. Only an email signs up. */
  signUp: z
    .object({
      givenName: z.string().max(256).nullable(),
      familyName: z.string().max(256).nullable(),
      picture: z.string().max(2_048).nullable(),
      username: z.string().max(64).nullable(),
    })
    .nullable(),
});
export type OwnSignIn = z.infer<typeof OwnSignIn>;

/**
 * `POST /sign-ins` of the identity directory: somebody proved who they are and asks to be a user. Idempotent by attempt
 * id: the same attempt gets the same answer. Callers need the scope `sign-ins:write`.
 */
export const SignInRequest = z.union([UpstreamSignIn, OwnSignIn]);
export type SignInRequest = z.infer<typeof SignInRequest>;

/** Whether the request rests on an upstream account. */
export const isUpstreamSignIn = (request: SignInRequest): request is UpstreamSignIn => 'account' in request;

/**
 * `POST /sign-in-addresses` of the identity directory: where a code goes that proves this identifier. Null where nobody
 * has it; the caller must look the same from outside either way. Callers need the scope `sign-ins:write`.
 */
export const SignInAddressRequest = z.discriminatedUnion('by', [
  z.object({ by: z.literal('username'), username: z.string().max(64) }),
  z.object({ by: z.literal('phone'), phone: z.string().max(32) }),
]);
export type SignInAddressRequest = z.infer<typeof SignInAddressRequest>;
export const SignInAddressResponse = z.object({
  /** The user's verified primary email for a username; the number itself, E.164, for a phone. */
  sendTo: z.string().nullable(),
});
export type SignInAddressResponse = z.infer<typeof SignInAddressResponse>;

/** What the decision would do or has done, in the words of the decision table. */
export const SignInChange = z.enum(['matched', 'bound', 'linked', 'created']);

/** What a sign-in changes in the directory, or would change: no values, so that it may be kept. */
export const SignInDifference = z.object({
  userCreated: z.boolean(),
  identitiesAdded: z.array(IdentityType),
  identitiesRemoved: z.array(IdentityType),
  identitiesVerified: z.array(IdentityType),
  /** Names of the profile fields that get another value. */
  profileChanged: z.array(z.enum(['givenName', 'familyName', 'picture'])),
  joinedOrganization: OrganizationId.nullable(),
});
export type SignInDifference = z.infer<typeof SignInDifference>;

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
    /** What that organization asks for. Left out when there is none, and by directories of before. */
    organization: z.object({ sessionSeconds: z.number().int().nullable() }).optional(),
    /** What this sign-in changed, or would have. Directories of before do not say. */
    difference: SignInDifference.optional(),
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
