import { AttemptId, ConnectionId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleAttemptId, exampleConnectionId, exampleTime, exampleUserId } from './examples.js';

export const profileTopic = defineTopic({
  name: 'profile-sync.profile.v1',
  owner: 'profile-sync',
  says: 'Profile values that the policy says to take over. Personal data: kept for 3 days, restricted readers.',
  key: 'userId',
  policy: { cleanup: 'delete', retentionDays: 3 },
  readers: ['identity-directory'],
  events: {
    ProfileSynced: {
      says: 'A provider supplied new profile values and sync is effective.',
      data: z.object({
        userId: UserId,
        connectionId: ConnectionId,
        attemptId: AttemptId,
        /** When the provider vouched for the values; older ones never overwrite newer ones. */
        asOf: z.iso.datetime(),
        /** Only the fields the provider supplied; the directory compares and changes what differs. */
        profile: z.object({
          givenName: z.string().optional(),
          familyName: z.string().optional(),
          picture: z.string().optional(),
        }),
        policy: z.enum(['connection-on', 'environment-on']),
      }),
      example: {
        userId: exampleUserId,
        connectionId: exampleConnectionId,
        attemptId: exampleAttemptId,
        asOf: exampleTime,
        profile: { givenName: 'Ada', familyName: 'Example' },
        policy: 'environment-on',
      },
      examples: {
        'picture-only': {
          userId: exampleUserId,
          connectionId: exampleConnectionId,
          attemptId: exampleAttemptId,
          asOf: exampleTime,
          profile: { picture: 'https://contoso.example/ada.png' },
          policy: 'connection-on',
        },
      },
    },
  },
});
export type ProfileEvent = EventOf<typeof profileTopic>;
