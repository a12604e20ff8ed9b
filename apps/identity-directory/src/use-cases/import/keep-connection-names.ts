import type { ConnectionStateEvent } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { ConnectionNames } from './connection-names.port.js';

/** Imports name connections; the registry's last word on each name is kept here. */
@Injectable()
export class KeepConnectionNames {
  constructor(private readonly names: ConnectionNames) {}

  async execute({ subject, data }: ConnectionStateEvent): Promise<void> {
    if (data === null) await this.names.forget(subject);
    else await this.names.keep(data);
  }
}
