import { Injectable } from '@nestjs/common';
import { decideRemoveCredential } from '../../domain/decide-credentials.js';
import { Connections } from '../connections.port.js';
import { lockConnection, parseConnectionId } from '../find-connection.js';
import { Surroundings } from '../surroundings.port.js';

@Injectable()
export class RemoveCredential {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, credentialId: string, by: string): Promise<void> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), undefined);
      await connections.save(decideRemoveCredential(connection, credentialId, this.surroundings.now()), by);
    });
  }
}
