import { ChangeOrganizationRequest, CreateOrganizationRequest, OrganizationResponse } from '@homerealm/contracts';
import { Answers, pageOf, pageQuery, Refuses, RequireScope, searchText, toPage } from '@homerealm/platform';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ChangeOrganization } from '../use-cases/change-organization.js';
import { CreateOrganization } from '../use-cases/create-organization.js';
import { ReadOrganizations } from '../use-cases/read-organizations.js';
import { toOrganizationResponse } from './answers.js';
import { organizationIdOf } from './ids.js';

const OrganizationsQuery = z.strictObject({
  ...pageQuery,
  externalId: searchText(200).optional().describe('The one with this external id.'),
});

@ApiTags('organizations')
@Controller('organizations')
export class OrganizationsController {
  constructor(
    private readonly read: ReadOrganizations,
    private readonly createOrganization: CreateOrganization,
    private readonly changeOrganization: ChangeOrganization,
  ) {}

  @Get()
  @RequireScope('organizations:read')
  @ApiOperation({ summary: 'List organizations' })
  @Answers(200, 'A page of organizations, in the order of their ids.', pageOf(OrganizationResponse))
  async list(@Query({ schema: OrganizationsQuery }) query: z.output<typeof OrganizationsQuery>) {
    const organizations = await this.read.execute(query);
    return toPage(organizations, query.limit, ({ organizationId }) => organizationId, toOrganizationResponse);
  }

  @Post()
  @RequireScope('organizations:write')
  @ApiOperation({ summary: 'Create an organization' })
  @Answers(201, 'The new organization.', OrganizationResponse)
  @Refuses(409, 'organization.external-id-taken')
  async create(@Body({ schema: CreateOrganizationRequest }) body: CreateOrganizationRequest) {
    return toOrganizationResponse(await this.createOrganization.execute(body));
  }

  @Get(':organizationId')
  @RequireScope('organizations:read')
  @ApiOperation({ summary: 'Read an organization' })
  @Answers(200, 'The organization.', OrganizationResponse)
  @Refuses(404, 'organization.not-found')
  async one(@Param('organizationId') organizationId: string) {
    return toOrganizationResponse(await this.read.one(organizationIdOf(organizationId)));
  }

  @Patch(':organizationId')
  @RequireScope('organizations:write')
  @ApiOperation({ summary: 'Change, suspend or reactivate an organization' })
  @Answers(200, 'The organization as it is now.', OrganizationResponse)
  @Refuses(404, 'organization.not-found')
  @Refuses(409, 'organization.external-id-taken', 'organization.changed-meanwhile')
  async change(
    @Param('organizationId') organizationId: string,
    @Body({ schema: ChangeOrganizationRequest }) body: ChangeOrganizationRequest,
  ) {
    return toOrganizationResponse(await this.changeOrganization.execute(organizationIdOf(organizationId), body));
  }
}
