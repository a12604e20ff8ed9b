import type { ConnectionResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections } from './connections.port.js';
import { describeConnection } from './describe-connection.js';
import { findConnection } from './find-connection.js';
import { Surroundings } from './surroundings.port.js';

@Injectable()
export class ReadConnection {
  constructor(
    private readonly connections: Connections,
    private readonly surroundings: Surroundings,
  ) {}

  async execute(id: string): Promise<ConnectionResponse> {
    return describeConnection(await findConnection(this.connections, id), this.surroundings.now());
  }
}
