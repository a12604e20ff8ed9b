import { CredentialResponse, CredentialsResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Header, Param, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { AddCertificate } from '../use-cases/credentials/add-certificate.js';
import { AddCredential } from '../use-cases/credentials/add-credential.js';
import { ListCredentials } from '../use-cases/credentials/list-credentials.js';
import { ReadCertificate } from '../use-cases/credentials/read-certificate.js';
import { RemoveCredential } from '../use-cases/credentials/remove-credential.js';
import { ProbeNow } from '../use-cases/upkeep/probe-credentials.js';
import { By } from './caller.js';
import { malformed, OfConnection, Summary } from './docs.js';
import { type CredentialBody, newCredential } from './reading-credentials.js';

const OfCredential = (): MethodDecorator => ApiParam({ name: 'credentialId', description: 'Id of the credential.' });

@ApiTags('credentials')
@Controller('connections/:id/credentials')
export class CredentialsController {
  constructor(
    private readonly addCredential: AddCredential,
    private readonly listCredentials: ListCredentials,
    private readonly removeCredential: RemoveCredential,
    private readonly addCertificate: AddCertificate,
    private readonly readCertificate: ReadCertificate,
    private readonly probeNow: ProbeNow,
  ) {}

  @Post()
  @RequireScope('connections:write')
  @Summary(
    'Add a client secret, or have a certificate made',
    'Beside the stored ones, so that the old one works until it is deleted. At most 5. Of a certificate the private key is made here and never leaves; upload the answer’s certificate to the app registration. WS-Federation and SAML connections sign their requests and open encrypted assertions with it.',
  )
  @Answers(201, 'Stored, sealed.', CredentialResponse)
  @OfConnection()
  @Refuses(400, ...malformed, 'connection.secret-empty', 'connection.secret-malformed')
  @Refuses(409, 'connection.too-many-credentials')
  @Refuses(
    422,
    'connection.secret-is-id',
    'connection.secret-expired',
    'connection.entra-only',
    'connection.client-required',
  )
  add(@Param('id') id: string, @Body({ schema: newCredential }) given: CredentialBody, @By() by: string) {
    if (given.kind === 'certificate') return this.addCertificate.execute(id, given.body, by);
    return this.addCredential.execute(id, given.body, by);
  }

  @Get()
  @RequireScope('connections:read')
  @Summary('List the credentials of a connection', 'When they were stored and expire; never a value.')
  @Answers(200, 'All of them.', CredentialsResponse)
  @OfConnection()
  list(@Param('id') id: string) {
    return this.listCredentials.execute(id);
  }

  @Get(':credentialId/certificate')
  @RequireScope('connections:read')
  @Header('content-type', 'application/x-pem-file')
  @Summary('Download a certificate', 'As PEM, for the app registration.')
  @Answers(200, 'The certificate.')
  @OfCredential()
  @Refuses(404, 'connection.not-found', 'connection.credential-not-found', 'connection.no-certificate')
  @Refuses(503, 'connection.credential-sealed')
  async download(@Param('id') id: string, @Param('credentialId') credentialId: string) {
    return (await this.readCertificate.execute(id, credentialId)).pem;
  }

  @Post('probe')
  @RequireScope('connections:write')
  @Summary('Try the credentials now', 'Asks Entra for a token of the application with each of them. Nobody signs in.')
  @Answers(200, 'What each try showed.', CredentialsResponse)
  @OfConnection()
  @Refuses(422, 'connection.entra-only', 'connection.graph-client-required')
  @Refuses(503, 'connection.credential-sealed')
  probe(@Param('id') id: string) {
    return this.probeNow.execute(id);
  }

  @Delete(':credentialId')
  @RequireScope('connections:write')
  @Summary('Delete a credential')
  @Answers(204, 'Deleted.')
  @OfCredential()
  @OfConnection()
  @Refuses(404, 'connection.not-found', 'connection.credential-not-found')
  @Refuses(409, 'connection.last-credential')
  remove(@Param('id') id: string, @Param('credentialId') credentialId: string, @By() by: string) {
    return this.removeCredential.execute(id, credentialId, by);
  }
}
