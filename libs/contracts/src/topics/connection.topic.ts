import { ConnectionId, Strategy } from '@homerealm/domain';
import { z } from 'zod';
import { ConnectionSettings, SealedCredential } from '../connection-settings.js';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleConnectionId, exampleConnectionSettings, exampleTenantId } from './examples.js';

const about = { connectionId: ConnectionId, revision: z.number().int().positive(), strategy: Strategy };
const example = { connectionId: exampleConnectionId, revision: 1, strategy: 'entra-oauth2' };
const exampleCredential = { kind: 'client-secret', sealed: 'a JWE in compact form', sealingKeyId: 'sealing-key-1' };

export const connectionTopic = defineTopic({
  name: 'connection-registry.connection.v1',
  owner: 'connection-registry',
  says: 'What happened to connections.',
  key: 'connectionId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    ConnectionCreated: { says: 'A connection was added, as a draft.', data: z.object(about), example },
    ConnectionChanged: {
      says: 'Settings or credentials of a connection changed.',
      data: z.object({ ...about, changed: z.array(z.string()) }),
      example: { ...example, revision: 2, changed: ['displayName'] },
    },
    ConnectionEnabled: {
      says: 'People can sign in through it from now on.',
      data: z.object({ ...about, override: z.boolean() }),
      example: { ...example, revision: 3, override: true },
    },
    ConnectionDisabled: {
      says: 'Nobody can sign in through it any more.',
      data: z.object(about),
      example: { ...example, revision: 4 },
    },
    ConnectionDeleted: {
      says: 'The connection is gone, with its credentials.',
      data: z.object(about),
      example: { ...example, revision: 5 },
    },
  },
});
export type ConnectionEvent = EventOf<typeof connectionTopic>;

export const connectionStateTopic = defineTopic({
  name: 'connection-registry.connection-state.v1',
  owner: 'connection-registry',
  says: 'Every connection as it is now, without secrets. A tombstone says that it was deleted.',
  key: 'connectionId',
  policy: { cleanup: 'compact' },
  readers: 'any',
  stateOf: connectionTopic.name,
  events: {
    ConnectionState: {
      says: 'All settings of a connection.',
      data: ConnectionSettings,
      example: exampleConnectionSettings,
      examples: {
        'of-the-whole-environment': {
          ...exampleConnectionSettings,
          organizationId: null,
          useCommonEndpoint: true,
          allowedTenants: [exampleTenantId],
          upstreamParams: { login_hint: { alias: 'login_hint' } },
          enabledApplications: ['app_demo'],
        },
      },
    },
  },
});
export type ConnectionStateEvent = EventOf<typeof connectionStateTopic>;

export const connectionCredentialsTopic = defineTopic({
  name: 'connection-registry.connection-credentials.v1',
  owner: 'connection-registry',
  says: 'The sealed credentials of every connection. A tombstone says that it was deleted.',
  key: 'connectionId',
  policy: { cleanup: 'compact' },
  readers: ['auth-gateway', 'profile-sync'],
  stateOf: connectionTopic.name,
  events: {
    ConnectionCredentials: {
      says: 'All usable credentials of a connection, sealed.',
      data: z.object({
        connectionId: ConnectionId,
        revision: z.number().int().positive(),
        credentials: z.array(SealedCredential),
      }),
      example: { connectionId: exampleConnectionId, revision: 1, credentials: [] },
      examples: {
        sealed: {
          connectionId: exampleConnectionId,
          revision: 3,
          credentials: [
            { ...exampleCredential, credentialId: 'credential-1', expiresAt: '2027-01-15T00:00:00.000Z' },
            { ...exampleCredential, credentialId: 'credential-2', kind: 'certificate', expiresAt: null },
          ],
        },
      },
    },
  },
});
export type ConnectionCredentialsEvent = EventOf<typeof connectionCredentialsTopic>;
