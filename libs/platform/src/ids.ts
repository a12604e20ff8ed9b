import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { makeId, type NewId } from '@homerealm/domain';
import { Clock } from './clock.js';

/** Makes new ids from the service's clock and the system's random source. */
@Injectable()
export class Ids {
  constructor(private readonly clock: Clock) {}

  next: NewId = (prefix) => makeId(prefix, this.clock.now().getTime(), randomBytes(10));
}
