import { IdentityResponse, NewIdentity } from '@homerealm/contracts';
import { Answers, pageOf, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { inOrder, type User } from '../domain/user.js';
import { AddIdentity } from '../use-cases/add-identity.js';
import { DeleteIdentity } from '../use-cases/delete-identity.js';
import { MakeIdentityPrimary } from '../use-cases/make-identity-primary.js';
import { ReadUsers } from '../use-cases/read-users.js';
import { VerifyIdentity } from '../use-cases/verify-identity.js';
import { toIdentityResponse } from './answers.js';
import { identityIdOf, userIdOf } from './ids.js';

@ApiTags('identities')
@Controller('users/:userId/identities')
export class IdentitiesController {
  constructor(
    private readonly read: ReadUsers,
    private readonly addIdentity: AddIdentity,
    private readonly deleteIdentity: DeleteIdentity,
    private readonly makePrimary: MakeIdentityPrimary,
    private readonly verifyIdentity: VerifyIdentity,
  ) {}

  @Get()
  @RequireScope('users:read')
  @ApiOperation({ summary: 'List what a user signs in with' })
  @Answers(200, 'All of them.', pageOf(IdentityResponse))
  @Refuses(404, 'user.not-found')
  async list(@Param('userId') userId: string) {
    return pageOfIdentities(await this.read.one(userIdOf(userId)));
  }

  @Post()
  @RequireScope('users:write')
  @ApiOperation({
    summary: 'Add an identity',
    description: 'A verified identity is never edited: add the new one, then delete the old one.',
  })
  @Answers(201, 'The new identity.', IdentityResponse)
  @Refuses(404, 'user.not-found')
  @Refuses(409, 'identity.email-taken', 'identity.phone-taken', 'identity.username-taken', 'identity.pending-taken')
  @Refuses(409, 'identity.enterprise-exclusive', 'identity.duplicate', 'identity.username-needs-email')
  async add(@Param('userId') userId: string, @Body({ schema: NewIdentity }) body: NewIdentity) {
    const id = userIdOf(userId);
    return toIdentityResponse({ userId: id }, await this.addIdentity.execute(id, body));
  }

  @Post(':identityId/make-primary')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Make a verified identity the primary one of its type' })
  @Answers(200, 'All identities of the user.', pageOf(IdentityResponse))
  @Refuses(404, 'user.not-found', 'identity.not-found')
  @Refuses(409, 'identity.not-verified')
  async primary(@Param('userId') userId: string, @Param('identityId') identityId: string) {
    return pageOfIdentities(await this.makePrimary.execute(userIdOf(userId), identityIdOf(identityId)));
  }

  @Post(':identityId/verify')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Vouch for an email address or a phone number that was only claimed' })
  @Answers(200, 'All identities of the user.', pageOf(IdentityResponse))
  @Refuses(404, 'user.not-found', 'identity.not-found')
  @Refuses(409, 'identity.email-taken', 'identity.phone-taken', 'identity.not-verifiable')
  async verify(@Param('userId') userId: string, @Param('identityId') identityId: string) {
    return pageOfIdentities(await this.verifyIdentity.execute(userIdOf(userId), identityIdOf(identityId)));
  }

  @Delete(':identityId')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Delete an identity; never the last one' })
  @Answers(204, 'Gone.')
  @Refuses(404, 'user.not-found', 'identity.not-found')
  @Refuses(409, 'identity.last', 'identity.primary', 'identity.username-needs-email')
  async delete(@Param('userId') userId: string, @Param('identityId') identityId: string): Promise<void> {
    await this.deleteIdentity.execute(userIdOf(userId), identityIdOf(identityId));
  }
}

const pageOfIdentities = (user: User) => ({
  items: inOrder(user.identities).map((identity) => toIdentityResponse(user, identity)),
  next: null,
});
