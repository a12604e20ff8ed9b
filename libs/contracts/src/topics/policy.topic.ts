import { z } from 'zod';
import { EnvironmentPolicies } from '../connection-settings.js';
import { defineTopic, type EventOf } from '../define-topic.js';

export const policyTopic = defineTopic({
  name: 'connection-registry.policy.v1',
  owner: 'connection-registry',
  says: 'What happened to the policies of the environment. The key is always `environment`.',
  key: 'environment',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  partitions: 1,
  events: {
    PoliciesChanged: {
      says: 'An admin changed policies.',
      data: z.object({ revision: z.number().int(), changed: z.array(z.string()) }),
      example: { revision: 2, changed: ['syncProfiles'] },
    },
  },
});
export type PolicyEvent = EventOf<typeof policyTopic>;

export const policyStateTopic = defineTopic({
  name: 'connection-registry.policy-state.v1',
  owner: 'connection-registry',
  says: 'The policies of the environment as they are now. The key is always `environment`.',
  key: 'environment',
  policy: { cleanup: 'compact' },
  readers: 'any',
  partitions: 1,
  stateOf: policyTopic.name,
  events: {
    PolicyState: {
      says: 'All policies.',
      data: EnvironmentPolicies,
      example: { revision: 2, syncProfiles: true },
      examples: {
        'own-sign-in': {
          revision: 3,
          syncProfiles: false,
          ownSignIn: { email: true, phone: true, username: false, signUp: true },
        },
      },
    },
  },
});
export type PolicyStateEvent = EventOf<typeof policyStateTopic>;
