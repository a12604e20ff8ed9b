import { Readable } from 'node:stream';
import { ImportResponse, ImportState, RejectedRow } from '@homerealm/contracts';
import { Answers, pageOf, pageQuery, Refuses, RequireScope, toPage } from '@homerealm/platform';
import { Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { CancelImport } from '../use-cases/import/cancel-import.js';
import { ReadImports } from '../use-cases/import/read-imports.js';
import { importIdOf } from './import-ids.js';

const ImportsQuery = z.strictObject({ ...pageQuery, state: ImportState.optional() });
const RejectedQuery = z.strictObject({ ...pageQuery, cursor: z.coerce.number().int().min(0).default(0) });

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly read: ReadImports,
    private readonly cancelImport: CancelImport,
  ) {}

  @Get()
  @RequireScope('users:read')
  @ApiOperation({ summary: 'List imports' })
  @Answers(200, 'A page of imports, the newest first.', pageOf(ImportResponse))
  async list(@Query({ schema: ImportsQuery }) query: z.output<typeof ImportsQuery>) {
    const imports = await this.read.execute(query);
    return toPage(
      imports,
      query.limit,
      ({ importId }) => importId,
      (one) => one,
    );
  }

  @Get(':importId')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'Read how far an import is' })
  @Answers(200, 'The import as it is now.', ImportResponse)
  @Refuses(404, 'import.not-found')
  one(@Param('importId') importId: string): Promise<ImportResponse> {
    return this.read.one(importIdOf(importId));
  }

  @Get(':importId/rejected')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'List the rows that were not imported, and why' })
  @Answers(200, 'A page of rejected rows, in the order of the file.', pageOf(RejectedRow))
  @Refuses(404, 'import.not-found')
  async rejected(
    @Param('importId') importId: string,
    @Query({ schema: RejectedQuery }) { cursor, limit }: z.output<typeof RejectedQuery>,
  ) {
    const rows = await this.read.rejected(importIdOf(importId), cursor, limit);
    return toPage(
      rows,
      limit,
      ({ row }) => String(row),
      (one) => one,
    );
  }

  @Get(':importId/rejected.ndjson')
  @RequireScope('users:read')
  @ApiOperation({ summary: 'Download all rows that were not imported, one JSON object a line' })
  @Answers(200, 'One line for each rejected row.')
  @Refuses(404, 'import.not-found')
  async download(@Param('importId') importId: string): Promise<StreamableFile> {
    const { importId: id } = await this.read.one(importIdOf(importId));
    const rows = this.read.allRejected(id);
    return new StreamableFile(Readable.from(toLines(rows)), {
      type: 'application/x-ndjson; charset=utf-8',
      disposition: `attachment; filename="${id}-rejected.ndjson"`,
    });
  }

  @Post(':importId/cancel')
  @RequireScope('users:write')
  @ApiOperation({ summary: 'Cancel an import', description: 'Rows that were imported stay; the file is erased.' })
  @Answers(200, 'The import as it is now.', ImportResponse)
  @Refuses(404, 'import.not-found')
  @Refuses(409, 'import.ended')
  cancel(@Param('importId') importId: string): Promise<ImportResponse> {
    return this.cancelImport.execute(importIdOf(importId));
  }
}

async function* toLines(rows: AsyncIterable<RejectedRow>): AsyncIterable<string> {
  for await (const row of rows) yield `${JSON.stringify(RejectedRow.parse(row))}\n`;
}
