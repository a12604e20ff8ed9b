import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { makeId, type NewId } from '@homerealm/domain';
import { Clock } from './clock.js';

/** Asked for one by one, random bytes cost more than all the rest of an id. Each byte is handed out once. */
class RandomBytes {
  private pool = Buffer.alloc(0);

  take(length: number): Uint8Array {
    if (this.pool.length < length) this.pool = randomBytes(4096);
    const taken = this.pool.subarray(0, length);
    this.pool = this.pool.subarray(length);
    return taken;
  }
}

/** Makes new ids from the service's clock and the system's random source. */
@Injectable()
export class Ids {
  private readonly random = new RandomBytes();

  constructor(private readonly clock: Clock) {}

  next: NewId = (prefix) => makeId(prefix, this.clock.now().getTime(), this.random.take(10));
}
