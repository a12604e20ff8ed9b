/** Scopes of the management APIs. The gateway's provider issues them to applications that were given them. */
export const managementScopes = {
  'connections:read': 'See connections.',
  'connections:write': 'Create, change, enable, disable and delete connections.',
  'policies:read': 'See the environment policies.',
  'policies:write': 'Change the environment policies.',
  'applications:read': 'See applications.',
  'applications:write': 'Create, change and delete applications.',
  'attempts:read': 'See sign-in attempts and why they were refused.',
  'users:read': 'See users and their identities.',
  'users:write': 'Create, change, suspend and delete users.',
  'organizations:read': 'See organizations and their members.',
  'organizations:write': 'Create and change organizations and their members.',
  'groups:read': 'See the groups of users.',
  /** Held by the gateway only: it says who proved to be whom. */
  'sign-ins:write': 'Report verified sign-ins to the directory.',
  /** Held by the gateway only: it runs the test sign-ins that the registry keeps. */
  'test-runs:run': 'Take up test runs of connections and report what they found.',
} as const;
export type ManagementScope = keyof typeof managementScopes;

/** Audience of access tokens for the management APIs. */
export const managementAudience = 'urn:homerealm:management';
