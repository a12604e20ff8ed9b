import { Injectable } from '@nestjs/common';
import { receiveClaims, type Received } from '../domain/receive-claims.js';
import { People } from './people.port.js';
import { Replica } from './replica.port.js';

@Injectable()
export class ReceiveClaims {
  constructor(
    private readonly people: People,
    private readonly replica: Replica,
  ) {}

  async execute(received: Received, now: Date): Promise<void> {
    const { syncProfiles } = await this.replica.policies();
    await this.people.change(received.userId, (person) => receiveClaims(received, person, syncProfiles, now));
  }
}
