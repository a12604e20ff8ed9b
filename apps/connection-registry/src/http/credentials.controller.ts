import {
  CredentialResponse,
  CredentialsResponse,
  NewCredential,
  type NewCredential as New,
} from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Param, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import type { Reading } from '../domain/problems.js';
import { AddCredential } from '../use-cases/credentials/add-credential.js';
import { ListCredentials } from '../use-cases/credentials/list-credentials.js';
import { RemoveCredential } from '../use-cases/credentials/remove-credential.js';
import { By } from './caller.js';
import { malformed, OfConnection, Summary } from './docs.js';
import { reading } from './reading.js';

@ApiTags('credentials')
@Controller('connections/:id/credentials')
export class CredentialsController {
  constructor(
    private readonly addCredential: AddCredential,
    private readonly listCredentials: ListCredentials,
    private readonly removeCredential: RemoveCredential,
  ) {}

  @Post()
  @RequireScope('connections:write')
  @Summary('Add a client secret', 'Beside the stored ones, so that the old one works until it is deleted. At most 5.')
  @Answers(201, 'Stored, sealed.', CredentialResponse)
  @OfConnection()
  @Refuses(400, ...malformed, 'connection.secret-empty', 'connection.secret-malformed')
  @Refuses(409, 'connection.too-many-credentials')
  @Refuses(422, 'connection.secret-is-id', 'connection.secret-expired')
  add(@Param('id') id: string, @Body({ schema: reading(NewCredential) }) body: Reading<New>, @By() by: string) {
    return this.addCredential.execute(id, body, by);
  }

  @Get()
  @RequireScope('connections:read')
  @Summary('List the credentials of a connection', 'When they were stored and expire; never a value.')
  @Answers(200, 'All of them.', CredentialsResponse)
  @OfConnection()
  list(@Param('id') id: string) {
    return this.listCredentials.execute(id);
  }

  @Delete(':credentialId')
  @RequireScope('connections:write')
  @Summary('Delete a credential')
  @Answers(204, 'Deleted.')
  @ApiParam({ name: 'credentialId', description: 'Id of the credential.' })
  @OfConnection()
  @Refuses(404, 'connection.not-found', 'connection.credential-not-found')
  @Refuses(409, 'connection.last-credential')
  remove(@Param('id') id: string, @Param('credentialId') credentialId: string, @By() by: string) {
    return this.removeCredential.execute(id, credentialId, by);
  }
}
