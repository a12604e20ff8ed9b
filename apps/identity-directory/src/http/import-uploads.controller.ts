import {
  AnnounceImportRequest,
  ImportPartResponse,
  ImportQuery,
  ImportResponse,
  StartImportRequest,
} from '@homerealm/contracts';
import { Answers, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Param, Post, Put, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ReceiveImport } from '../use-cases/import/receive-import.js';
import { importIdOf, partOf } from './import-ids.js';
import { bodyOf, checksumOf, formatOf } from './import-uploads.js';

const types = ['text/csv', 'application/x-ndjson'];
const file = { schema: { type: 'string', format: 'binary' } } as const;
const checksum = { name: 'X-Content-SHA256', required: false, description: 'SHA-256 of the body, in hexadecimal.' };

@ApiTags('imports')
@Controller('imports')
@RequireScope('users:write')
export class ImportUploadsController {
  constructor(private readonly receive: ReceiveImport) {}

  @Post()
  @ApiOperation({
    summary: 'Import users from a file',
    description:
      'The body is read as a stream and kept until the import has ended. Import it part by part to be able to go on after an upload that broke off.',
  })
  @ApiConsumes(...types)
  @ApiBody(file)
  @ApiHeader(checksum)
  @Answers(202, 'The file is here; the import runs.', ImportResponse)
  @Refuses(400, 'import.wrong-type', 'import.not-utf8', 'import.too-large', 'import.part-broken', 'import.bad-checksum')
  @Refuses(400, 'import.upload-broken', 'import.connection-not-found', 'import.connection-not-enterprise')
  whole(@Query({ schema: ImportQuery }) query: ImportQuery, @Req() request: FastifyRequest): Promise<ImportResponse> {
    return this.receive.whole({ format: formatOf(request), ...query }, checksumOf(request), bodyOf(request));
  }

  @Post('in-parts')
  @ApiOperation({ summary: 'Announce an import whose file comes in parts' })
  @Answers(201, 'The import; its parts may come now.', ImportResponse)
  @Refuses(400, 'import.connection-not-found', 'import.connection-not-enterprise')
  announce(@Body({ schema: AnnounceImportRequest }) body: AnnounceImportRequest): Promise<ImportResponse> {
    return this.receive.announce(body);
  }

  @Put(':importId/parts/:part')
  @ApiOperation({
    summary: 'Send one part of the file',
    description:
      'Parts are numbered from 1 and may cut the file anywhere. A part sent again takes the place of the one before.',
  })
  @ApiConsumes(...types)
  @ApiBody(file)
  @ApiHeader(checksum)
  @Answers(200, 'The part is kept.', ImportPartResponse)
  @Refuses(
    400,
    'import.wrong-type',
    'import.bad-part',
    'import.part-broken',
    'import.too-large',
    'import.upload-broken',
  )
  @Refuses(404, 'import.not-found')
  @Refuses(409, 'import.not-receiving')
  part(
    @Param('importId') importId: string,
    @Param('part') part: string,
    @Req() request: FastifyRequest,
  ): Promise<ImportPartResponse> {
    formatOf(request);
    const uploaded = { importId: importIdOf(importId), part: partOf(part), sha256: checksumOf(request) };
    return this.receive.part(uploaded, bodyOf(request));
  }

  @Post(':importId/start')
  @ApiOperation({ summary: 'Say that all parts are there' })
  @Answers(202, 'The import runs.', ImportResponse)
  @Refuses(404, 'import.not-found')
  @Refuses(409, 'import.parts-missing', 'import.not-receiving')
  start(
    @Param('importId') importId: string,
    @Body({ schema: StartImportRequest }) { parts }: StartImportRequest,
  ): Promise<ImportResponse> {
    return this.receive.start(importIdOf(importId), parts);
  }
}
