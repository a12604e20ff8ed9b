import { PoliciesChange, PoliciesResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Get, Patch } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ChangePolicies } from '../use-cases/policies/change-policies.js';
import { ReadPolicies } from '../use-cases/policies/read-policies.js';
import { By } from './caller.js';
import { malformed, Summary } from './docs.js';

@ApiTags('policies')
@Controller('policies')
export class PoliciesController {
  constructor(
    private readonly readPolicies: ReadPolicies,
    private readonly changePolicies: ChangePolicies,
  ) {}

  @Get()
  @RequireScope('policies:read')
  @Summary('Read the policies of the environment')
  @Answers(200, 'The policies as they are now.', PoliciesResponse)
  read() {
    return this.readPolicies.execute();
  }

  @Patch()
  @RequireScope('policies:write')
  @Summary(
    'Change the policies of the environment',
    'A field that is left out stays as it is; null takes it back to its default. A change of nothing makes no new revision.',
  )
  @Answers(200, 'The policies after the change.', PoliciesResponse)
  @Refuses(400, ...malformed)
  change(@Body({ schema: PoliciesChange }) body: PoliciesChange, @By() by: string) {
    return this.changePolicies.execute(body, by);
  }
}
