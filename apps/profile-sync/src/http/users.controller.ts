import { ConnectionId, AttemptId, UpstreamClaims, UserId } from '@homerealm/domain';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReadPerson } from '../use-cases/read-person.js';

const GroupsResponse = z.object({
  userId: UserId,
  connectionId: ConnectionId.describe('The connection whose provider the groups belong to.'),
  completeness: z
    .enum(['complete', 'unknown'])
    .describe('unknown: the last try to read failed, `groups` is the last complete set.'),
  asOf: z.iso.datetime().describe('When this was last tried.'),
  groups: z.array(z.string()).nullable().describe('Object ids, sorted; null when there never was a complete set.'),
  groupsAsOf: z.iso.datetime().nullable().describe('When `groups` was read.'),
});

const ProfileSourceResponse = z.object({
  connectionId: ConnectionId,
  attemptId: AttemptId.describe('The sign-in that brought these claims.'),
  asOf: z.iso.datetime().describe('When the provider vouched for them.'),
  claims: UpstreamClaims,
  outcome: z.string().describe('Why the values were taken over (`connection-on`, `environment-on`), or were not.'),
});

@ApiTags('users')
@Controller('users/:userId')
export class UsersController {
  constructor(private readonly readPerson: ReadPerson) {}

  @Get('groups')
  @RequireScope('groups:read')
  @Answers(200, 'The groups of a user as last known.', GroupsResponse)
  @Refuses(404, 'groups.not-found')
  groups(@Param('userId', { schema: UserId }) userId: UserId) {
    return this.readPerson.groups(userId);
  }

  @Get('profile-source')
  @RequireScope('users:read')
  @Answers(200, 'What the provider last said of a user, and what became of it.', ProfileSourceResponse)
  @Refuses(404, 'profile-source.not-found')
  profileSource(@Param('userId', { schema: UserId }) userId: UserId) {
    return this.readPerson.source(userId);
  }
}
