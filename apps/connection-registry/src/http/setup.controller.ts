import { FederationSetupResponse, SetupResponse } from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ReadSetup } from '../use-cases/read-setup.js';
import { OfConnection, Summary } from './docs.js';

const Pack = z.union([FederationSetupResponse, SetupResponse]);

@ApiTags('setup')
@Controller('connections/:id')
export class SetupController {
  constructor(private readonly readSetup: ReadSetup) {}

  @Get('setup')
  @RequireScope('connections:read')
  @Summary(
    'Read how to set up the application at Entra',
    'With this connection’s values: manifest, commands and consent link of an app registration; for WS-Federation and SAML the steps in the portal.',
  )
  @Answers(200, 'The set-up pack; which one follows from the strategy.', Pack)
  @OfConnection()
  @Refuses(422, 'connection.entra-only')
  read(@Param('id') id: string) {
    return this.readSetup.execute(id);
  }

  @Get('setup.md')
  @RequireScope('connections:read')
  @Header('content-type', 'text/markdown; charset=utf-8')
  @Summary('Read the same as a text to send on')
  @Answers(200, 'The set-up pack as Markdown.')
  @OfConnection()
  @Refuses(422, 'connection.entra-only')
  readText(@Param('id') id: string) {
    return this.readSetup.asMarkdown(id);
  }
}
