import { AddMemberRequest, MemberResponse } from '@homerealm/contracts';
import { Answers, pageOf, pageQuery, Refuses, RequireScope, toPage } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { AddMember } from '../use-cases/add-member.js';
import { ReadOrganizations } from '../use-cases/read-organizations.js';
import { RemoveMember } from '../use-cases/remove-member.js';
import { organizationIdOf, userIdOf } from './ids.js';

const MembersQuery = z.strictObject(pageQuery);

@ApiTags('organizations')
@Controller('organizations/:organizationId/members')
export class MembersController {
  constructor(
    private readonly read: ReadOrganizations,
    private readonly addMember: AddMember,
    private readonly removeMember: RemoveMember,
  ) {}

  @Get()
  @RequireScope('organizations:read')
  @ApiOperation({ summary: 'List members' })
  @Answers(200, 'A page of members, in the order of user ids.', pageOf(MemberResponse))
  @Refuses(404, 'organization.not-found')
  async list(
    @Param('organizationId') organizationId: string,
    @Query({ schema: MembersQuery }) { limit, cursor }: z.output<typeof MembersQuery>,
  ) {
    const members = await this.read.members(organizationIdOf(organizationId), limit, cursor);
    return toPage(
      members,
      limit,
      ({ userId }) => userId,
      (member) => member,
    );
  }

  @Post()
  @RequireScope('organizations:write')
  @ApiOperation({ summary: 'Make a user a member; nothing changes for one who is' })
  @Answers(201, 'The user is a member.', AddMemberRequest)
  @Refuses(404, 'organization.not-found', 'user.not-found')
  async add(
    @Param('organizationId') organizationId: string,
    @Body({ schema: AddMemberRequest }) { userId }: AddMemberRequest,
  ) {
    await this.addMember.execute(organizationIdOf(organizationId), userId);
    return { userId };
  }

  @Delete(':userId')
  @RequireScope('organizations:write')
  @ApiOperation({ summary: 'End a membership' })
  @Answers(204, 'No longer a member.')
  @Refuses(404, 'organization.not-found', 'user.not-found', 'organization.member-not-found')
  async remove(@Param('organizationId') organizationId: string, @Param('userId') userId: string): Promise<void> {
    await this.removeMember.execute(organizationIdOf(organizationId), userIdOf(userId));
  }
}
