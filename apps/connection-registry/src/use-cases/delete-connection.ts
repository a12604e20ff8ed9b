import { Injectable } from '@nestjs/common';
import { decideDelete } from '../domain/decide-state.js';
import { Connections } from './connections.port.js';
import { lockConnection, parseConnectionId } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class DeleteConnection {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, revision: number | undefined, by: string): Promise<void> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), revision);
      await connections.remove(decideDelete(connection, this.surroundings.now()), by);
    });
  }
}
