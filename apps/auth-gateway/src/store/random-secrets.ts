import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { makeId } from '@homerealm/domain';
import { Clock } from '@homerealm/platform';
import { type NewSecret, Secrets } from '../use-cases/applications.port.js';

@Injectable()
export class RandomSecrets extends Secrets {
  constructor(private readonly clock: Clock) {
    super();
  }

  newApplicationId(): string {
    return makeId('app', this.clock.now().getTime(), randomBytes(10));
  }

  newSecret(): NewSecret {
    const clientSecret = randomBytes(32).toString('base64url');
    const secret = { id: randomBytes(9).toString('base64url'), hash: this.hash(clientSecret), createdAt: this.now() };
    return { clientSecret, secret: { ...secret, expiresAt: null } };
  }

  /** A plain hash will do: nobody guesses 256 random bits. */
  hash(clientSecret: string): string {
    return createHash('sha256').update(clientSecret).digest('base64url');
  }

  now(): Date {
    return this.clock.now();
  }
}
