import { Database, Outbox } from '@homerealm/events';
import { Injectable } from '@nestjs/common';
import { type NamedUpstream, UpstreamSessions } from '../use-cases/sign-out/upstream-sessions.port.js';
import { endSessions } from './end-sessions.js';
import { upstreamKey } from './upstream-key.js';

/** Nobody has more; whoever has is through in the next step. */
const atATime = 1_000;

@Injectable()
export class PostgresUpstreamSessions extends UpstreamSessions {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
  ) {
    super();
  }

  end({ connectionId, nameId, sessionIndexes }: NamedUpstream): Promise<void> {
    const which = { where, values: [upstreamKey(connectionId, nameId), sessionIndexes] };
    return this.database.transaction(async (manager) => {
      while ((await endSessions(manager, this.outbox, which, atATime)) === atATime);
    });
  }
}

const sessionIndex = `facts #>> '{upstreamSession,sessionIndex}'`;
const where = `upstream_key = $2
  AND (cardinality($3::text[]) = 0 OR ${sessionIndex} IS NULL OR ${sessionIndex} = ANY($3::text[]))`;
