import { AttemptId, ConnectionId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleAttemptId, exampleConnectionId, exampleTenantId } from './examples.js';

/** Apart from the sign-ins: whoever follows it keeps a cursor for each connection, not for each person who signs in. */
export const tenantTopic = defineTopic({
  name: 'auth-gateway.tenant.v1',
  owner: 'auth-gateway',
  says: 'Which tenants asked to be let in through a common endpoint.',
  key: 'connectionId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    TenantRefused: {
      says: 'Somebody of a tenant that is not on a connection’s list proved an account there and was refused.',
      data: z.object({ attemptId: AttemptId, connectionId: ConnectionId, tenantId: z.guid() }),
      example: { attemptId: exampleAttemptId, connectionId: exampleConnectionId, tenantId: exampleTenantId },
    },
  },
});
export type TenantEvent = EventOf<typeof tenantTopic>;
