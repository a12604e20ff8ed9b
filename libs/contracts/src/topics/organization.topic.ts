import { OrganizationId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleOrganizationId, exampleUserId } from './examples.js';

const organization = { organizationId: OrganizationId };
const member = { ...organization, userId: UserId };

export const organizationTopic = defineTopic({
  name: 'identity-directory.organization.v1',
  owner: 'identity-directory',
  says: 'What happened to organizations and who belongs to them.',
  key: 'organizationId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    OrganizationCreated: {
      says: 'A customer company was added.',
      data: z.object({ ...organization, name: z.string() }),
      example: { organizationId: exampleOrganizationId, name: 'Contoso' },
    },
    OrganizationChanged: {
      says: 'Name or settings changed.',
      data: z.object({ ...organization, changed: z.array(z.string()) }),
      example: { organizationId: exampleOrganizationId, changed: ['name'] },
    },
    OrganizationSuspended: {
      says: 'Nobody signs in to it any more.',
      data: z.object(organization),
      example: { organizationId: exampleOrganizationId },
    },
    OrganizationReactivated: {
      says: 'People may sign in to it again.',
      data: z.object(organization),
      example: { organizationId: exampleOrganizationId },
    },
    OrganizationDeleted: {
      says: 'The organization is gone, with its memberships.',
      data: z.object(organization),
      example: { organizationId: exampleOrganizationId },
    },
    MemberAdded: {
      says: 'A user belongs to the organization now.',
      data: z.object({ ...member, by: z.enum(['sign-in', 'admin', 'import']) }),
      example: { organizationId: exampleOrganizationId, userId: exampleUserId, by: 'sign-in' },
    },
    MemberRemoved: {
      says: 'A user no longer belongs to the organization.',
      data: z.object(member),
      example: { organizationId: exampleOrganizationId, userId: exampleUserId },
    },
  },
});
export type OrganizationEvent = EventOf<typeof organizationTopic>;
