import { Database } from '@homerealm/events';
import type { SignInAddressRequest } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { SignInAddresses } from '../use-cases/sign-in-addresses.port.js';
import { run, type Prepared } from './prepared.js';

/** $1 canonical name: the verified address of its user, the primary one first. */
const addressOfUsername: Prepared = {
  name: 'directory-address-of-username',
  text: `SELECT (SELECT email.value FROM "identity" email
      WHERE email.user_id = owner.user_id AND email.type = 'email' AND email.verified
      ORDER BY email.is_primary DESC, email.identity_id LIMIT 1) AS "sendTo"
    FROM (SELECT (SELECT user_id FROM "identity" WHERE type = 'username' AND canon = $1::text) AS user_id) owner`,
};

/** $1 number: itself where it is somebody's, or all that somebody has. */
const addressOfPhone: Prepared = {
  name: 'directory-address-of-phone',
  text: `SELECT (SELECT own.canon FROM "identity" own WHERE own.type = 'phone' AND own.canon = $1::text
      AND (own.verified OR NOT EXISTS (SELECT 1 FROM "identity" other
        WHERE other.user_id = own.user_id AND other.identity_id <> own.identity_id))
      LIMIT 1) AS "sendTo"`,
};

@Injectable()
export class PostgresSignInAddresses extends SignInAddresses {
  constructor(private readonly database: Database) {
    super();
  }

  async find(by: SignInAddressRequest['by'], canon: string): Promise<string | null> {
    const statement = by === 'username' ? addressOfUsername : addressOfPhone;
    const [row] = await run<{ sendTo: string | null }>(this.database.manager, statement, [canon]);
    return row?.sendTo ?? null;
  }
}
