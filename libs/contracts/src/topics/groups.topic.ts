import { AttemptId, ConnectionId, UserId } from '@homerealm/domain';
import { z } from 'zod';
import { defineTopic, type EventOf } from '../define-topic.js';
import { exampleAttemptId, exampleConnectionId, exampleGroups, exampleTime, exampleUserId } from './examples.js';

const GroupId = z.string().min(1).max(256);
const about = {
  userId: UserId,
  connectionId: ConnectionId,
  /** The sign-in that brought the set; null when it was read in the background. */
  attemptId: AttemptId.nullable(),
  asOf: z.iso.datetime(),
};
const complete = z.object({
  ...about,
  completeness: z.literal('complete'),
  source: z.enum(['token', 'graph', 'background']),
  /** The full set, sorted, without duplicates. */
  groups: z.array(GroupId),
  added: z.array(GroupId),
  removed: z.array(GroupId),
});
const unknown = z.object({ ...about, completeness: z.literal('unknown'), reason: z.string() });

const exampleReading = {
  userId: exampleUserId,
  connectionId: exampleConnectionId,
  attemptId: exampleAttemptId,
  asOf: exampleTime,
};

export const groupsTopic = defineTopic({
  name: 'profile-sync.groups.v1',
  owner: 'profile-sync',
  says: 'Group sets of users: the full set each time, or the honest word that it is unknown. Unknown removes nobody from anything.',
  key: 'userId',
  policy: { cleanup: 'delete', retentionDays: 30 },
  readers: 'any',
  events: {
    GroupsSynced: {
      says: 'The groups of a user were read (complete) or could not be read (unknown).',
      data: z.discriminatedUnion('completeness', [complete, unknown]),
      example: {
        ...exampleReading,
        completeness: 'complete',
        source: 'token',
        groups: exampleGroups,
        added: exampleGroups,
        removed: [],
      },
      examples: {
        'read-in-the-background': {
          ...exampleReading,
          attemptId: null,
          completeness: 'complete',
          source: 'background',
          groups: exampleGroups.slice(1),
          added: [],
          removed: exampleGroups.slice(0, 1),
        },
        unknown: { ...exampleReading, completeness: 'unknown', reason: 'credential-unusable' },
        'unknown-in-the-background': {
          ...exampleReading,
          attemptId: null,
          completeness: 'unknown',
          reason: 'credential-unusable',
        },
      },
    },
  },
});
export type GroupsEvent = EventOf<typeof groupsTopic>;

export const groupsStateTopic = defineTopic({
  name: 'profile-sync.groups-state.v1',
  owner: 'profile-sync',
  says: 'The groups of every user as last known. A tombstone erases them.',
  key: 'userId',
  policy: { cleanup: 'compact' },
  readers: 'any',
  stateOf: groupsTopic.name,
  events: {
    GroupsState: {
      says: 'The last complete set, and whether it could be confirmed since.',
      data: z.object({
        userId: UserId,
        connectionId: ConnectionId,
        /** unknown: the last try to read failed; `groups` is then the last complete set, or null if there never was one. */
        completeness: z.enum(['complete', 'unknown']),
        asOf: z.iso.datetime(),
        groups: z.array(GroupId).nullable(),
        /** When `groups` was read; null when there never was a complete set. */
        groupsAsOf: z.iso.datetime().nullable(),
      }),
      example: {
        userId: exampleUserId,
        connectionId: exampleConnectionId,
        completeness: 'complete',
        asOf: exampleTime,
        groups: exampleGroups,
        groupsAsOf: exampleTime,
      },
      examples: {
        unconfirmed: {
          userId: exampleUserId,
          connectionId: exampleConnectionId,
          completeness: 'unknown',
          asOf: '2026-01-16T09:30:00.000Z',
          groups: exampleGroups,
          groupsAsOf: exampleTime,
        },
        'never-read': {
          userId: exampleUserId,
          connectionId: exampleConnectionId,
          completeness: 'unknown',
          asOf: exampleTime,
          groups: null,
          groupsAsOf: null,
        },
      },
    },
  },
});
export type GroupsStateEvent = EventOf<typeof groupsStateTopic>;
