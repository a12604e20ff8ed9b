import { Refuses, RequireScope } from '@homerealm/platform';
import { Controller, Param, Post, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { RefreshMetadata } from '../use-cases/federation/refresh-metadata.js';
import { By } from './caller.js';
import { AnswersConnection, OfConnection, Summary, unusableMetadata } from './docs.js';
import { RevisionEtag } from './revision-etag.js';

@ApiTags('connections')
@UseInterceptors(RevisionEtag)
@Controller('connections/:id/metadata')
export class MetadataController {
  constructor(private readonly refreshMetadata: RefreshMetadata) {}

  @Post('refresh')
  @RequireScope('connections:write')
  @Summary(
    'Read the provider’s metadata now',
    'Of a WS-Federation or SAML connection. It is read every hour anyhow. What changed makes a new revision; another entity ID is refused, because people would become others by it: save `metadataUrl` again to accept it.',
  )
  @AnswersConnection(200, 'The connection as it is now.')
  @OfConnection()
  @Refuses(409, 'connection.metadata-pasted', 'connection.metadata-entity-changed')
  @Refuses(422, 'connection.federation-only', ...unusableMetadata)
  @Refuses(502, 'connection.metadata-unreachable')
  refresh(@Param('id') id: string, @By() by: string) {
    return this.refreshMetadata.execute(id, by);
  }
}
