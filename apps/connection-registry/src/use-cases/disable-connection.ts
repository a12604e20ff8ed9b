import { Injectable } from '@nestjs/common';
import type { Connection } from '../domain/connection.js';
import { decideDisable } from '../domain/decide-state.js';
import { Connections } from './connections.port.js';
import { lockConnection, parseConnectionId } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class DisableConnection {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, revision: number | undefined, by: string): Promise<Connection> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), revision);
      const decision = decideDisable(connection, this.surroundings.now());
      if (decision !== undefined) await connections.save(decision, by);
      return decision?.connection ?? connection;
    });
  }
}
