import { ChangeUserRequest, CreateUserRequest, OrganizationResponse, UserResponse } from '@homerealm/contracts';
import { OrganizationId } from '@homerealm/domain';
import { Answers, pageOf, pageQuery, Refuses, RequireScope, searchText, toPage } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeUserProfile } from '../use-cases/change-user-profile.js';
import { CreateUser } from '../use-cases/create-user.js';
import { DeleteUser } from '../use-cases/delete-user.js';
import { ReadUsers } from '../use-cases/read-users.js';
import { toOrganizationResponse, toUserResponse } from './answers.js';
import { userIdOf } from './ids.js';

const UsersQuery = z.strictObject({
  ...pageQuery,
  email: searchText(254).optional().describe('Users with an identity of this address, ignoring case.'),
  q: searchText(100).trim().min(1).optional().describe('Beginning of a given name, family name or address.'),
  organizationId: OrganizationId.optional().describe('Members of this organization.'),
  status: z.enum(['active', 'suspended']).optional(),
});

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly read: ReadUsers,
    private readonly createUser: CreateUser,
    private readonly changeProfile: ChangeUserProfile,
    private readonly deleteUser: DeleteUser,
  ) {}

  @Get()
  @RequireScope('users:read')
  @ApiOperation({ summary: 'Find users' })
  @Answers(200, 'A page of users, in the order of their ids.', pageOf(UserResponse))
  async list(@Query({ schema: UsersQuery }) query: z.output<typeof UsersQuery>) {
    const users = await this.read.execute(query);
    return toPage(users, query.limit, ({ userId }) => userId, toUserResponse);
  }

  @Post()
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Create a user' })
  @Answers(201, 'The new user.', UserResponse)
  @Refuses(404, 'organization.not-found')
  @Refuses(409, 'identity.email-taken', 'identity.pending-taken', 'identity.enterprise-exclusive', 'identity.duplicate')
  async create(@Body({ schema: CreateUserRequest }) body: CreateUserRequest) {
    return toUserResponse(await this.createUser.execute(body));
  }

  @Get(':userId')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'Read a user, and why each profile value is there' })
  @Answers(200, 'The user.', UserResponse)
  @Refuses(404, 'user.not-found')
  async one(@Param('userId') userId: string) {
    return toUserResponse(await this.read.one(userIdOf(userId)));
  }

  @Patch(':userId')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Change the profile of a user' })
  @Answers(200, 'The user as it is now.', UserResponse)
  @Refuses(404, 'user.not-found')
  async change(@Param('userId') userId: string, @Body({ schema: ChangeUserRequest }) body: ChangeUserRequest) {
    return toUserResponse(await this.changeProfile.execute(userIdOf(userId), body));
  }

  @Delete(':userId')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Delete a user and erase all personal data' })
  @Answers(204, 'Gone.')
  @Refuses(404, 'user.not-found')
  async delete(@Param('userId') userId: string): Promise<void> {
    await this.deleteUser.execute(userIdOf(userId));
  }

  @Get(':userId/organizations')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'List the organizations a user belongs to' })
  @Answers(200, 'All of them.', pageOf(OrganizationResponse))
  @Refuses(404, 'user.not-found')
  async organizations(@Param('userId') userId: string) {
    const organizations = await this.read.organizationsOf(userIdOf(userId));
    return { items: organizations.map(toOrganizationResponse), next: null };
  }
}
