import { UserResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Controller, Param, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReactivateUser } from '../use-cases/reactivate-user.js';
import { SuspendUser } from '../use-cases/suspend-user.js';
import { toUserResponse } from './answers.js';
import { userIdOf } from './ids.js';

@ApiTags('users')
@Controller('users/:userId')
@RequireScope('users:write')
export class UserStatusController {
  constructor(
    private readonly suspendUser: SuspendUser,
    private readonly reactivateUser: ReactivateUser,
  ) {}

  @Post('suspend')
  @ApiOperation({ summary: 'Suspend a user: no sign-in until reactivated' })
  @Answers(200, 'The user as it is now.', UserResponse)
  @Refuses(404, 'user.not-found')
  async suspend(@Param('userId') userId: string) {
    return toUserResponse(await this.suspendUser.execute(userIdOf(userId)));
  }

  @Post('reactivate')
  @ApiOperation({ summary: 'Let a suspended user sign in again' })
  @Answers(200, 'The user as it is now.', UserResponse)
  @Refuses(404, 'user.not-found')
  async reactivate(@Param('userId') userId: string) {
    return toUserResponse(await this.reactivateUser.execute(userIdOf(userId)));
  }
}
