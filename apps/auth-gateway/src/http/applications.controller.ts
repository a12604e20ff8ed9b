import { Answers, pageQuery, Refuses, RequireScope, toPage } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { type Application, audienceOf, defaultsOf } from '../domain/application.js';
import { applicationErrors } from '../domain/application.errors.js';
import { Applications } from '../use-cases/applications.port.js';
import { ChangeApplication } from '../use-cases/change-application.js';
import { CreateApplication } from '../use-cases/create-application.js';
import { RotateApplicationSecret } from '../use-cases/rotate-application-secret.js';
import {
  ApplicationResponse,
  ApplicationsPage,
  ChangeApplicationRequest,
  CreateApplicationRequest,
  CreatedApplicationResponse,
  NewSecretResponse,
  toSecretResponse,
} from './applications.schemas.js';

const PageQuery = z.strictObject(pageQuery);
type PageQuery = z.infer<typeof PageQuery>;

@ApiTags('Applications')
@Controller('applications')
export class ApplicationsController {
  constructor(
    private readonly applications: Applications,
    private readonly createApplication: CreateApplication,
    private readonly changeApplication: ChangeApplication,
    private readonly rotateSecret: RotateApplicationSecret,
  ) {}

  @Post()
  @RequireScope('applications:write')
  @Answers(201, 'The application, with its secret.', CreatedApplicationResponse)
  @Refuses(
    400,
    'application.redirect-uri-not-allowed',
    'application.auth-method-not-allowed',
    'application.grant-type-not-allowed',
  )
  async create(@Body({ schema: CreateApplicationRequest }) request: CreateApplicationRequest) {
    const byDefault = defaultsOf(request.type);
    const { grantTypes = byDefault.grantTypes, tokenEndpointAuthMethod = byDefault.tokenEndpointAuthMethod } = request;
    const created = await this.createApplication.execute({ ...request, grantTypes, tokenEndpointAuthMethod });
    return { ...toResponse(created.application), clientSecret: created.clientSecret };
  }

  @Get()
  @RequireScope('applications:read')
  @Answers(200, 'Applications, ordered by id.', ApplicationsPage)
  async list(@Query({ schema: PageQuery }) { limit, cursor }: PageQuery) {
    const found = await this.applications.list(limit + 1, cursor);
    return toPage(found, limit, ({ id }) => id, toResponse);
  }

  @Get(':id')
  @RequireScope('applications:read')
  @Answers(200, 'The application.', ApplicationResponse)
  @Refuses(404, 'application.not-found')
  async read(@Param('id') id: string) {
    const application = await this.applications.find(id);
    if (application === null) throw applicationErrors('application.not-found', { id });
    return toResponse(application);
  }

  @Patch(':id')
  @RequireScope('applications:write')
  @Answers(200, 'The application as it is now.', ApplicationResponse)
  @Refuses(404, 'application.not-found')
  async change(@Param('id') id: string, @Body({ schema: ChangeApplicationRequest }) request: ChangeApplicationRequest) {
    return toResponse(await this.changeApplication.execute(id, request));
  }

  @Delete(':id')
  @RequireScope('applications:write')
  @Answers(204, 'The application is gone, with its sessions’ grants and tokens.')
  @Refuses(404, 'application.not-found')
  delete(@Param('id') id: string): Promise<void> {
    return this.applications.delete(id);
  }

  @Post(':id/secrets')
  @RequireScope('applications:write')
  @Answers(201, 'The new secret; the other one stays valid until it is deleted.', NewSecretResponse)
  @Refuses(409, 'application.too-many-secrets')
  async addSecret(@Param('id') id: string) {
    const { clientSecret, secret } = await this.rotateSecret.add(id);
    return { ...toSecretResponse(secret), clientSecret };
  }

  @Delete(':id/secrets/:secretId')
  @RequireScope('applications:write')
  @Answers(204, 'The secret is no longer valid.')
  @Refuses(409, 'application.last-secret')
  deleteSecret(@Param('id') id: string, @Param('secretId') secretId: string): Promise<void> {
    return this.rotateSecret.delete(id, secretId);
  }
}

const toResponse = (application: Application) => ({
  // Applications of before have none of these.
  ...{ sessionSeconds: null, refreshSeconds: null, backchannelLogoutUri: null, initiateLoginUri: null },
  ...application,
  audience: audienceOf(application),
  secrets: application.secrets.map(toSecretResponse),
  createdAt: application.createdAt.toISOString(),
  updatedAt: application.updatedAt.toISOString(),
});
