import type { KeyObject } from 'node:crypto';
import { ExternalSigningKey } from 'oidc-provider';
import type { PublishedKey, TokenSigner } from '../../use-cases/token-signer.port.js';

/** One of our keys for the library: it signs through the token signer and never sees the private part. */
class RingKey extends ExternalSigningKey {
  constructor(
    private readonly key: PublishedKey,
    private readonly signer: TokenSigner,
  ) {
    super();
    Object.assign(this, { kid: key.kid, alg: key.alg });
  }

  override keyObject(): KeyObject {
    return this.key.publicKey;
  }

  override async sign(data: Uint8Array): Promise<Uint8Array> {
    return this.signer.sign(this.key.kid, data);
  }
}

/** All published keys; the library signs with the first that fits, so the current ones stand in front. */
export function signingKeys(signer: TokenSigner): { keys: ExternalSigningKey[] } {
  const keys = [...signer.keys()].sort((a, b) => Number(b.state === 'current') - Number(a.state === 'current'));
  return { keys: keys.map((key) => new RingKey(key, signer)) };
}
