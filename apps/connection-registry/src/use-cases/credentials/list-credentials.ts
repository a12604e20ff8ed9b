import type { CredentialsResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { Connections } from '../connections.port.js';
import { describeCredential } from '../describe-connection.js';
import { findConnection } from '../find-connection.js';

@Injectable()
export class ListCredentials {
  constructor(private readonly connections: Connections) {}

  async execute(id: string): Promise<CredentialsResponse> {
    const { credentials } = await findConnection(this.connections, id);
    return { items: credentials.map(describeCredential) };
  }
}
