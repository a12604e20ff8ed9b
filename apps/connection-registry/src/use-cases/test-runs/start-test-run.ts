import type { StartedTestRun } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideStart } from '../../domain/test-run.js';
import { toSealed } from '../../domain/to-sealed.js';
import { configHash } from '../config-hash.js';
import { Connections } from '../connections.port.js';
import { Surroundings } from '../surroundings.port.js';
import { lockTestRun } from './find-test-run.js';
import { isTicketOf } from './tickets.js';

@Injectable()
export class StartTestRun {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, ticket: string): Promise<StartedTestRun> {
    return this.connections.transaction(async (connections) => {
      const { run, connection } = await lockTestRun(connections, id);
      const matches = isTicketOf(run.ticketHash, ticket);
      const started = decideStart(run, matches, configHash(connection), this.surroundings.now());
      await connections.testRuns.save(started);
      const { testRunId, expiresAt } = started;
      return {
        testRunId,
        configHash: started.configHash,
        expiresAt: expiresAt.toISOString(),
        settings: connection.settings,
        credentials: connection.credentials.map(toSealed),
      };
    });
  }
}
