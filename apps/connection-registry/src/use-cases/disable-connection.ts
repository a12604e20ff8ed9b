import type { ConnectionResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideDisable } from '../domain/decide-state.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { lockConnection, parseConnectionId } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class DisableConnection {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, revision: number | undefined, by: string): Promise<ConnectionResponse> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), revision);
      const now = this.surroundings.now();
      const decision = decideDisable(connection, now);
      if (decision !== undefined) await connections.save(decision, by);
      return describeConnection(decision?.connection ?? connection, now);
    });
  }
}
