import { createHmac, hkdfSync } from 'node:crypto';
import { KeyedHash } from '../use-cases/keyed-hash.port.js';

/**
 * A key of its own, derived from the sealing key that seals. When that one changes, codes on their way are lost and
 * counts begin anew: both live for an hour at most.
 */
export class SealingKeyedHash extends KeyedHash {
  private readonly key: Buffer;

  /** @param sealingKeys `id:base64(32 bytes)`, comma separated, as `openSealer` takes them */
  constructor(sealingKeys: string) {
    super();
    const [first = ''] = sealingKeys.split(',');
    const secret = Buffer.from(first.trim().split(':')[1] ?? '', 'base64');
    if (secret.length !== 32) throw new Error('a sealing key is written id:base64 of 32 bytes');
    this.key = Buffer.from(hkdfSync('sha256', secret, '', 'homerealm keyed hash', 32));
  }

  /** As JSON, so that no two lists of parts make one text. */
  of(purpose: string, ...parts: readonly string[]): string {
    return createHmac('sha256', this.key)
      .update(JSON.stringify([purpose, ...parts]))
      .digest('base64url');
  }
}
