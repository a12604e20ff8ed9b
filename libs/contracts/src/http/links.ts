import { AttemptId, ConnectionId, IdentityId, LinkId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { IdentityType } from '../topics/user.topic.js';
import { UpstreamSignIn } from './sign-ins.js';

/** An upstream account that came to a user who was there before, by which proof, and what became of it. */
export const LinkResponse = z.object({
  linkId: LinkId,
  userId: UserId,
  identityId: IdentityId,
  type: z.enum(['social', 'enterprise']),
  connectionId: ConnectionId,
  attemptId: AttemptId.nullable().describe('The sign-in that linked.'),
  at: z.string().describe('ISO 8601.'),
  rule: z
    .enum(['verified-email', 'pending-identity'])
    .describe('What was found: a verified email identity, or an enterprise identity that waited.'),
  proof: z.string().describe('Why the email of the account was proven, or why not; the reason of `email.proven`.'),
  replaced: z
    .array(z.object({ type: IdentityType, value: z.string().nullable() }))
    .describe('What the enterprise account replaced; undoing the link gives it back.'),
  undone: z.object({ at: z.string(), userId: UserId.describe('The user the account has become since.') }).nullable(),
});
export type LinkResponse = z.output<typeof LinkResponse>;

/** `POST /users/:userId/links/:linkId/undo`. */
export const UndoneLinkResponse = z.object({
  userId: UserId.describe('Whom the account was taken off.'),
  newUserId: UserId.describe('The user the account is now, and signs in as from here on.'),
});
export type UndoneLinkResponse = z.output<typeof UndoneLinkResponse>;

/** `POST /link-preview`: a connection with the settings it might get. */
export const LinkPreviewRequest = z.strictObject({
  connection: UpstreamSignIn.shape.connection.strict(),
  limit: z.number().int().min(1).max(200).default(50).describe('How many at the most.'),
  cursor: IdentityId.optional().describe('The `next` of the page before.'),
});
export type LinkPreviewRequest = z.output<typeof LinkPreviewRequest>;

/**
 * One account that came through this connection, and whom it would have been under these settings, were it new. It
 * stays the user it is, since a known account is never moved by itself.
 */
export const LinkPreviewItem = z.object({
  userId: UserId,
  identityId: IdentityId,
  email: z.string().nullable().describe('As the provider last reported it.'),
  outcome: z.enum(['linked', 'refused', 'separate']),
  linksTo: UserId.nullable().describe('The user it would be linked to, or because of whom it would be refused.'),
  replaces: z.array(IdentityType).describe('What that user would no longer sign in with.'),
  rule: z
    .enum([
      'verified-email',
      'pending-identity',
      'other-enterprise-identity',
      'suspended',
      'no-such-user',
      'not-proven',
    ])
    .describe('Why.'),
  proof: z.string().describe('Why the email would be proven, or why not; the reason of `email.proven`.'),
});
export type LinkPreviewItem = z.output<typeof LinkPreviewItem>;
