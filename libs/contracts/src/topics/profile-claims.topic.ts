import { AttemptId, ConnectionId, UpstreamAccount, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import {
  exampleAttemptId,
  exampleConnectionId,
  exampleGroups,
  exampleTenantId,
  exampleTime,
  exampleUserId,
} from './examples.js';

export const profileClaimsTopic = defineTopic({
  name: 'auth-gateway.profile-claims.v1',
  owner: 'auth-gateway',
  says: 'What an upstream said about a person at a sign-in. Personal data: kept for 3 days, restricted readers.',
  key: 'userId',
  policy: { cleanup: 'delete', retentionDays: 3 },
  readers: ['profile-sync'],
  events: {
    ProfileClaimsReceived: {
      says: 'A verified sign-in brought claims, and groups where the connection asks for them.',
      data: z.object({
        userId: UserId,
        attemptId: AttemptId,
        connectionId: ConnectionId,
        /** The connection's own setting at the time of the sign-in. */
        syncProfile: z.enum(['on', 'off', 'inherit']),
        account: UpstreamAccount,
      }),
      example: {
        userId: exampleUserId,
        attemptId: exampleAttemptId,
        connectionId: exampleConnectionId,
        syncProfile: 'inherit',
        account: {
          key: { kind: 'entra', tenantId: exampleTenantId, objectId: '2a7c9d10-4b5e-4f60-8a71-9b8c7d6e5f40' },
          asOf: exampleTime,
          claims: { email: 'ada@contoso.example', givenName: 'Ada', familyName: 'Example' },
          groups: { completeness: 'complete', source: 'token', asOf: exampleTime, groups: exampleGroups },
        },
      },
      examples: {
        'all-claims': {
          userId: exampleUserId,
          attemptId: exampleAttemptId,
          connectionId: exampleConnectionId,
          syncProfile: 'on',
          account: {
            key: { kind: 'oidc', issuer: 'https://idp.contoso.example', subject: 'ada' },
            pairwiseSubject: 'AAAAAAAAAAAAAAAAAAAAAExample',
            guest: false,
            asOf: exampleTime,
            claims: {
              email: 'ada@contoso.example',
              emailVerified: true,
              emailDomainOwnerVerified: true,
              preferredUsername: 'ada@contoso.example',
              displayName: 'Ada Example',
              givenName: 'Ada',
              familyName: 'Example',
              picture: 'https://contoso.example/ada.png',
              extra: { jobTitle: 'Engineer', businessPhones: ['+49 30 000000'], accountEnabled: true },
            },
            groups: { completeness: 'unknown', reason: 'credential-unusable', asOf: exampleTime },
          },
        },
        'no-claims': {
          userId: exampleUserId,
          attemptId: exampleAttemptId,
          connectionId: exampleConnectionId,
          syncProfile: 'off',
          account: {
            key: { kind: 'oidc', issuer: 'https://idp.contoso.example', subject: 'ada' },
            asOf: exampleTime,
            claims: {},
          },
        },
      },
    },
  },
});
export type ProfileClaimsEvent = EventOf<typeof profileClaimsTopic>;
