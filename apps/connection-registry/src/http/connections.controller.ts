import { connectionFilters, type ConnectionInput, ConnectionResponse } from '@homerealm/contracts';
import { Answers, pageOf, pageQuery, Refuses, RequireScope } from '@homerealm/platform';
import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Reading } from '../domain/problems.js';
import { ChangeConnection, type ReadChange } from '../use-cases/change-connection.js';
import { CreateConnection } from '../use-cases/create-connection.js';
import { DeleteConnection } from '../use-cases/delete-connection.js';
import { ListConnections, type ListRequest } from '../use-cases/list-connections.js';
import { ReadConnection } from '../use-cases/read-connection.js';
import { By } from './caller.js';
import { AnswersConnection, malformed, OfConnection, RefusesFields, Summary, TakesIfMatch } from './docs.js';
import { revisionOf } from './if-match.js';
import { connectionChange, newConnection } from './reading-connections.js';
import { RevisionEtag } from './revision-etag.js';

const ListQuery = z.strictObject({ ...connectionFilters, ...pageQuery });

@ApiTags('connections')
@UseInterceptors(RevisionEtag)
@Controller('connections')
export class ConnectionsController {
  constructor(
    private readonly createConnection: CreateConnection,
    private readonly readConnection: ReadConnection,
    private readonly listConnections: ListConnections,
    private readonly changeConnection: ChangeConnection,
    private readonly deleteConnection: DeleteConnection,
  ) {}

  @Post()
  @RequireScope('connections:write')
  @Summary('Create a connection', 'It starts as a draft: nobody can sign in through it until it is enabled.')
  @AnswersConnection(201, 'Created. Its address stands in Location.')
  @RefusesFields()
  @Refuses(409, 'connection.name-taken', 'connection.domain-taken')
  create(@Body({ schema: newConnection }) body: Reading<ConnectionInput>, @By() by: string) {
    return this.createConnection.execute(body, by);
  }

  @Get()
  @RequireScope('connections:read')
  @Summary('List connections', 'In the order they were created.')
  @Answers(200, 'One page.', pageOf(ConnectionResponse))
  @Refuses(400, ...malformed, 'connection.domain-invalid')
  list(@Query({ schema: ListQuery }) query: ListRequest) {
    return this.listConnections.execute(query);
  }

  @Get(':id')
  @RequireScope('connections:read')
  @Summary('Read a connection')
  @AnswersConnection(200, 'The connection as it is now.')
  @OfConnection()
  read(@Param('id') id: string) {
    return this.readConnection.execute(id);
  }

  @Patch(':id')
  @RequireScope('connections:write')
  @Summary(
    'Change a connection',
    'A field that is left out stays as it is; null takes it back to its default. Lists and upstreamParams are replaced as a whole. Another entraDomain or authority is resolved anew; metadata that is given is read at once, also when its address is the same as before. A change of nothing makes no new revision.',
  )
  @AnswersConnection(200, 'The connection after the change.')
  @OfConnection()
  @RefusesFields('connection.strategy-immutable', 'connection.id-immutable', 'connection.identity-type-immutable')
  @TakesIfMatch('connection.name-taken', 'connection.domain-taken', 'connection.certificate-required')
  change(
    @Param('id') id: string,
    @Body({ schema: connectionChange }) body: ReadChange,
    @Headers('if-match') ifMatch: string | undefined,
    @By() by: string,
  ) {
    return this.changeConnection.execute(id, body, revisionOf(ifMatch), by);
  }

  @Delete(':id')
  @RequireScope('connections:write')
  @Summary('Delete a connection', 'With its domains and credentials, whatever its state. Its domains are free again.')
  @Answers(204, 'Deleted.')
  @OfConnection()
  @TakesIfMatch()
  delete(@Param('id') id: string, @Headers('if-match') ifMatch: string | undefined, @By() by: string) {
    return this.deleteConnection.execute(id, revisionOf(ifMatch), by);
  }
}
