import { EnableConnection as EnableBody } from '@homerealm/contracts';
import { Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Headers, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DisableConnection } from '../use-cases/disable-connection.js';
import { EnableConnection } from '../use-cases/enable-connection.js';
import { By } from './caller.js';
import { AnswersConnection, malformed, OfConnection, Summary, TakesIfMatch } from './docs.js';
import { revisionOf } from './if-match.js';
import { RevisionEtag } from './revision-etag.js';

@ApiTags('connections')
@UseInterceptors(RevisionEtag)
@Controller('connections/:id')
export class ConnectionStateController {
  constructor(
    private readonly enableConnection: EnableConnection,
    private readonly disableConnection: DisableConnection,
  ) {}

  @Post('enable')
  @RequireScope('connections:write')
  @Summary(
    'Enable a connection',
    'From then on people can sign in through it. Needs a green test run of this very configuration, not older than 7 days, or a recorded override. Enabling an enabled connection changes nothing.',
  )
  @AnswersConnection(200, 'The enabled connection.')
  @OfConnection()
  @Refuses(400, ...malformed, 'connection.reason-required')
  @TakesIfMatch('connection.not-tested', 'connection.no-credential', 'connection.certificate-required')
  enable(
    @Param('id') id: string,
    @Body({ schema: EnableBody }) body: EnableBody,
    @Headers('if-match') ifMatch: string | undefined,
    @By() by: string,
  ) {
    return this.enableConnection.execute(id, body, revisionOf(ifMatch), by);
  }

  @Post('disable')
  @RequireScope('connections:write')
  @Summary('Disable a connection', 'Nobody can sign in through it any more. Disabling a disabled one changes nothing.')
  @AnswersConnection(200, 'The disabled connection.')
  @OfConnection()
  @TakesIfMatch('connection.not-enabled')
  disable(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @By() by: string) {
    return this.disableConnection.execute(id, revisionOf(ifMatch), by);
  }
}
