import type { AnyTopic } from '../define-topic.js';
import { connectionCredentialsTopic, connectionStateTopic, connectionTopic } from './connection.topic.js';
import { groupsStateTopic, groupsTopic } from './groups.topic.js';
import { organizationTopic } from './organization.topic.js';
import { policyStateTopic, policyTopic } from './policy.topic.js';
import { profileClaimsTopic } from './profile-claims.topic.js';
import { profileTopic } from './profile.topic.js';
import { signInTopic } from './sign-in.topic.js';
import { tenantTopic } from './tenant.topic.js';
import { userStateTopic, userTopic } from './user.topic.js';

export * from './connection.topic.js';
export * from './groups.topic.js';
export * from './organization.topic.js';
export * from './policy.topic.js';
export * from './profile-claims.topic.js';
export * from './profile.topic.js';
export * from './sign-in.topic.js';
export * from './tenant.topic.js';
export * from './user.topic.js';

/** Every topic of the platform. Docs, schemas and the broker's set-up are generated from this list. */
export const allTopics: readonly AnyTopic[] = [
  signInTopic,
  tenantTopic,
  profileClaimsTopic,
  connectionTopic,
  connectionStateTopic,
  connectionCredentialsTopic,
  policyTopic,
  policyStateTopic,
  userTopic,
  userStateTopic,
  organizationTopic,
  profileTopic,
  groupsTopic,
  groupsStateTopic,
];
