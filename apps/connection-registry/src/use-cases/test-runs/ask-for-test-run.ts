import type { NewTestRunResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { askTestRun } from '../../domain/test-run.js';
import { configHash } from '../config-hash.js';
import { Connections } from '../connections.port.js';
import { lockConnection, parseConnectionId } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';
import { describeTestRun } from './describe-test-run.js';
import { hashTicket } from './tickets.js';

@Injectable()
export class AskForTestRun {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, by: string): Promise<NewTestRunResponse> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), undefined);
      const { connectionId } = connection.settings;
      const [testRunId, ticket] = [this.surroundings.newId('test'), this.surroundings.newTicket()];
      const asked = { testRunId, connectionId, configHash: configHash(connection), ticketHash: hashTicket(ticket) };
      const now = this.surroundings.now();
      const run = askTestRun({ ...asked, createdBy: by }, now);
      await connections.testRuns.save(run);
      const startUrl = this.surroundings.testRunUrl(testRunId, ticket);
      return { ...describeTestRun(run, run.configHash, now), startUrl };
    });
  }
}
