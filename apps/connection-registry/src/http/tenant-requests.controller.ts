import { tenantRequestFilters, TenantRequestResponse, TenantRequestsResponse } from '@homerealm/contracts';
import { Answers, pageQuery, Refuses, RequireScope } from '@homerealm/platform';
import { Controller, Get, Headers, Param, Post, Query } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DecideTenantRequest } from '../use-cases/tenant-requests/decide-tenant-request.js';
import { ListTenantRequests } from '../use-cases/tenant-requests/list-tenant-requests.js';
import { By } from './caller.js';
import { malformed, OfConnection, Summary, TakesIfMatch } from './docs.js';
import { revisionOf } from './if-match.js';

const ListQuery = z.strictObject({ ...tenantRequestFilters, ...pageQuery });
const OfTenant = () => ApiParam({ name: 'tenantId', description: 'GUID of the tenant.' });

@ApiTags('tenant requests')
@Controller('connections/:id/tenant-requests')
export class TenantRequestsController {
  constructor(
    private readonly listTenantRequests: ListTenantRequests,
    private readonly decideTenantRequest: DecideTenantRequest,
  ) {}

  @Get()
  @RequireScope('connections:read')
  @Summary(
    'List tenants that asked to be let in',
    'Tenants that are not on `allowedTenants` and whose people tried to sign in through the common endpoint.',
  )
  @Answers(200, 'One page.', TenantRequestsResponse)
  @OfConnection()
  @Refuses(400, ...malformed)
  list(@Param('id') id: string, @Query({ schema: ListQuery }) query: z.output<typeof ListQuery>) {
    return this.listTenantRequests.execute(id, query);
  }

  @Post(':tenantId/approve')
  @RequireScope('connections:write')
  @Summary(
    'Let a tenant in',
    'Adds it to `allowedTenants`: its people can sign in from then on. Needs no new test run: the list is no part of what a test proves.',
  )
  @Answers(200, 'The request, approved.', TenantRequestResponse)
  @OfTenant()
  @OfConnection()
  @Refuses(404, 'connection.not-found', 'tenant-request.not-found')
  @TakesIfMatch('tenant-request.no-common-endpoint', 'tenant-request.list-full')
  approve(
    @Param('id') id: string,
    @Param('tenantId') tenantId: string,
    @Headers('if-match') ifMatch: string | undefined,
    @By() by: string,
  ) {
    return this.decideTenantRequest.execute({ id, tenantId, approve: true, revision: revisionOf(ifMatch), by });
  }

  @Post(':tenantId/deny')
  @RequireScope('connections:write')
  @Summary('Keep a tenant out', 'It does not ask again. It may still be approved later.')
  @Answers(200, 'The request, denied.', TenantRequestResponse)
  @OfTenant()
  @OfConnection()
  @Refuses(404, 'connection.not-found', 'tenant-request.not-found')
  @TakesIfMatch('tenant-request.on-the-list')
  deny(
    @Param('id') id: string,
    @Param('tenantId') tenantId: string,
    @Headers('if-match') ifMatch: string | undefined,
    @By() by: string,
  ) {
    return this.decideTenantRequest.execute({ id, tenantId, approve: false, revision: revisionOf(ifMatch), by });
  }
}
