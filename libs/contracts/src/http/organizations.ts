import { OrganizationId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { domainName, readableText } from './text.js';

const name = readableText(200).describe('Name of the company.');
const externalId = readableText(200).nullish().describe('The caller’s own key for it, unique; null for none.');
const suspended = z.boolean().describe('Nobody signs in to a suspended organization.');
const autoJoin = z
  .boolean()
  .describe('People with a proven email of an allowed domain become members when they sign in to it.');
const allowedDomains = z
  .array(domainName)
  .max(1000)
  .overwrite((domains) => [...new Set(domains)])
  .describe('Email domains of its people.');

const sessionSeconds = z
  .int()
  .min(300)
  .max(31_536_000)
  .nullable()
  .describe(
    'How long a sign-in to it serves applications, by its session and its refresh tokens; the shorter of this and the application’s own limit holds. Null means no limit of its own.',
  );

/** `POST /organizations` of the identity directory. */
export const CreateOrganizationRequest = z.strictObject({
  name,
  externalId,
  suspended: suspended.default(false),
  autoJoin: autoJoin.default(false),
  allowedDomains: allowedDomains.default([]),
  sessionSeconds: sessionSeconds.default(null),
});
export type CreateOrganizationRequest = z.output<typeof CreateOrganizationRequest>;

/** `PATCH /organizations/:organizationId`. A field left out stays. */
export const ChangeOrganizationRequest = z.strictObject({
  name: name.optional(),
  externalId,
  suspended: suspended.optional(),
  autoJoin: autoJoin.optional(),
  allowedDomains: allowedDomains.optional(),
  sessionSeconds: sessionSeconds.optional(),
});
export type ChangeOrganizationRequest = z.output<typeof ChangeOrganizationRequest>;

export const OrganizationResponse = z.object({
  organizationId: OrganizationId.describe('Applications pass it as `org_code`.'),
  name: z.string(),
  externalId: z.string().nullable(),
  suspended,
  autoJoin,
  allowedDomains: z.array(z.string()),
  sessionSeconds,
  createdAt: z.string().describe('ISO 8601.'),
});
export type OrganizationResponse = z.output<typeof OrganizationResponse>;

/** `POST /organizations/:organizationId/members`. */
export const AddMemberRequest = z.strictObject({ userId: UserId });
export type AddMemberRequest = z.output<typeof AddMemberRequest>;

export const MemberResponse = z.object({
  organizationId: OrganizationId,
  userId: UserId,
  by: z.enum(['sign-in', 'admin', 'import']).describe('How the user became a member.'),
  joinedAt: z.string().describe('ISO 8601.'),
});
export type MemberResponse = z.output<typeof MemberResponse>;
