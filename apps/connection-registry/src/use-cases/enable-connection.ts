import type { ConnectionResponse, EnableConnection as EnableBody } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideEnable } from '../domain/decide-state.js';
import { configHash } from './config-hash.js';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { lockConnection, parseConnectionId } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class EnableConnection {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  execute(id: string, body: EnableBody, revision: number | undefined, by: string): Promise<ConnectionResponse> {
    return this.connections.transaction(async (connections) => {
      const connection = await lockConnection(connections, parseConnectionId(id), revision);
      const asked = { override: body.override ?? false, reason: body.reason ?? null };
      const request = { ...asked, by, configHash: configHash(connection) };
      const now = this.surroundings.now();
      const decision = decideEnable(connection, request, now);
      if (decision !== undefined) await connections.save(decision, by);
      return describeConnection(decision?.connection ?? connection, now);
    });
  }
}
