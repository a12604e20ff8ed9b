import { createPrivateKey, generateKeyPair, type JsonWebKey, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Database } from '@homerealm/events';
import type { Sealer } from '@homerealm/platform';
import { calculateJwkThumbprint, type JWK } from 'jose';
import type { SigningAlgorithm } from '../use-cases/token-signer.port.js';
import type { SigningKeyEntity } from './signing-key.entity.js';

export type SigningKey = {
  kid: string;
  alg: SigningAlgorithm;
  state: 'next' | 'current' | 'retired';
  publicJwk: JsonWebKey;
  privateKey: KeyObject;
};

type Row = Pick<SigningKeyEntity, 'kid' | 'alg' | 'state' | 'sealed'> & { public_jwk: JsonWebKey };

const algorithms: readonly SigningAlgorithm[] = ['ES256', 'RS256'];
const makePair = promisify(generateKeyPair);
/** Any number no other lock of this database uses: instances that start together agree on one set of keys. */
const lock = 7_230_001;

/** The signing keys in Postgres, private parts sealed. */
export class SigningKeyTable {
  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** Current, next and retired keys, current ones first. Makes those that are missing. */
  async load(): Promise<SigningKey[]> {
    const rows = await this.rows();
    const complete = algorithms.every((alg) =>
      ['current', 'next'].every((state) => rows.some((row) => row.alg === alg && row.state === state)),
    );
    if (!complete) await this.database.transaction(() => this.addMissing());
    return Promise.all((complete ? rows : await this.rows()).map((row) => this.open(row)));
  }

  rotate(alg: SigningAlgorithm): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [lock]);
      await manager.query(
        `UPDATE signing_key SET state = 'retired', retired_at = now() WHERE alg = $1 AND state = 'current'`,
        [alg],
      );
      await manager.query(`UPDATE signing_key SET state = 'current' WHERE alg = $1 AND state = 'next'`, [alg]);
      await this.addMissing();
    });
  }

  /** Forgets keys that retired longer ago than any token of theirs lives. */
  async forget(retiredSecondsAgo: number): Promise<void> {
    await this.database.manager.query(
      `DELETE FROM signing_key WHERE state = 'retired' AND retired_at < now() - make_interval(secs => $1)`,
      [retiredSecondsAgo],
    );
  }

  private async addMissing(): Promise<void> {
    await this.database.manager.query('SELECT pg_advisory_xact_lock($1)', [lock]);
    const rows = await this.rows();
    for (const alg of algorithms) {
      for (const state of ['current', 'next'] as const) {
        if (!rows.some((row) => row.alg === alg && row.state === state)) await this.insert(alg, state);
      }
    }
  }

  private async insert(alg: SigningAlgorithm, state: 'current' | 'next'): Promise<void> {
    const { publicKey, privateKey } = await newPair(alg);
    const jwk = publicKey.export({ format: 'jwk' });
    const kid = await calculateJwkThumbprint(jwk as JWK);
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const { sealed, keyId } = await this.sealer.seal(pem, contextOf(kid));
    await this.database.manager.query(
      `INSERT INTO signing_key (kid, alg, state, public_jwk, sealed, sealing_key_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, now())`,
      [kid, alg, state, JSON.stringify(jwk), sealed, keyId],
    );
  }

  private rows(): Promise<Row[]> {
    return this.database.manager.query(
      `SELECT kid, alg, state, public_jwk, sealed FROM signing_key
       ORDER BY array_position(ARRAY['current', 'next', 'retired'], state), created_at DESC`,
    );
  }

  private async open({ kid, alg, state, public_jwk: publicJwk, sealed }: Row): Promise<SigningKey> {
    const privateKey = createPrivateKey(await this.sealer.open(sealed, contextOf(kid)));
    return { kid, alg, state, publicJwk, privateKey };
  }
}

const contextOf = (kid: string): string => `signing-key:${kid}`;

function newPair(alg: SigningAlgorithm): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  return alg === 'ES256' ? makePair('ec', { namedCurve: 'P-256' }) : makePair('rsa', { modulusLength: 2048 });
}
