import { ConnectionDomainsResponse, DomainVerificationResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { applyDecorators, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { CheckVerification } from '../use-cases/domains/check-verification.js';
import { ListDomains } from '../use-cases/domains/list-domains.js';
import { RequestVerification } from '../use-cases/domains/request-verification.js';
import { OfConnection, Summary } from './docs.js';

const OfDomain = (): MethodDecorator =>
  applyDecorators(
    ApiParam({ name: 'id', description: 'Id of the connection.' }),
    ApiParam({ name: 'domain', description: 'A home realm domain of the connection, in any spelling.' }),
    Refuses(404, 'connection.not-found', 'connection.domain-not-found'),
  );

@ApiTags('domains')
@Controller('connections/:id/domains')
export class DomainsController {
  constructor(
    private readonly listDomains: ListDomains,
    private readonly requestVerification: RequestVerification,
    private readonly checkVerification: CheckVerification,
  ) {}

  @Get()
  @RequireScope('connections:read')
  @Summary('List the home realm domains of a connection', 'With how far the proof of each is.')
  @Answers(200, 'All of them.', ConnectionDomainsResponse)
  @OfConnection()
  list(@Param('id') id: string) {
    return this.listDomains.execute(id);
  }

  @Post(':domain/verification')
  @RequireScope('connections:write')
  @Summary(
    'Ask for a proof of a domain',
    'Answers with the TXT record to publish. Asking again gives the same record. People are led by the domain with or without a proof.',
  )
  @Answers(200, 'The record to publish.', DomainVerificationResponse)
  @OfDomain()
  request(@Param('id') id: string, @Param('domain') domain: string) {
    return this.requestVerification.execute(id, domain);
  }

  @Post(':domain/verification/check')
  @RequireScope('connections:write')
  @Summary('Look for the record now', 'It is looked for once a day from then on; a proof ends when its record is gone.')
  @Answers(200, 'What the DNS says.', DomainVerificationResponse)
  @OfDomain()
  @Refuses(409, 'connection.proof-not-requested')
  check(@Param('id') id: string, @Param('domain') domain: string) {
    return this.checkVerification.execute(id, domain);
  }
}
