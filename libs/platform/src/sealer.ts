import { createHash, timingSafeEqual } from 'node:crypto';
import { base64url, CompactEncrypt, compactDecrypt, decodeProtectedHeader } from 'jose';

/** Seals secrets at rest: JWE, `dir`, A256GCM (RFC 7516), the key named by `kid`. */
export abstract class Sealer {
  /** @param context what the secret belongs to; opening asks for the same context. */
  abstract seal(text: string, context: string): Promise<{ sealed: string; keyId: string }>;
  /** @throws SealError when the key is not held, the text was changed, or the context is another. */
  abstract open(sealed: string, context: string): Promise<string>;
}

export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

/**
 * @param keys `id:base64(32 bytes)`, comma separated. The first seals; all open, so a new key goes in front.
 */
export function openSealer(keys: string): Sealer {
  const ring = new Map(keys.split(',').map((entry) => parseKey(entry.trim())));
  const [first] = ring;
  if (first === undefined) throw new SealError('there is no sealing key');
  return new JweSealer(ring, first[0]);
}

function parseKey(entry: string): [string, Uint8Array] {
  const [id, encoded, ...rest] = entry.split(':');
  const key = Buffer.from(encoded ?? '', 'base64');
  if (!id || rest.length > 0 || key.length !== 32)
    throw new SealError('a sealing key is written id:base64 of 32 bytes');
  return [id, key];
}

class JweSealer extends Sealer {
  constructor(
    private readonly ring: Map<string, Uint8Array>,
    private readonly current: string,
  ) {
    super();
  }

  async seal(text: string, context: string) {
    const sealed = await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: this.current, ctx: contextHash(context) })
      .encrypt(this.keyOf(this.current));
    return { sealed, keyId: this.current };
  }

  async open(sealed: string, context: string) {
    const header = readHeader(sealed);
    const expected = Buffer.from(contextHash(context));
    const found = Buffer.from(String(header.ctx));
    if (found.length !== expected.length || !timingSafeEqual(found, expected))
      throw new SealError('the sealed text belongs to something else');
    try {
      const { plaintext } = await compactDecrypt(sealed, this.keyOf(String(header.kid)), {
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      });
      return new TextDecoder().decode(plaintext);
    } catch (error) {
      throw error instanceof SealError ? error : new SealError('the sealed text was changed, or its key was');
    }
  }

  private keyOf(id: string): Uint8Array {
    const key = this.ring.get(id);
    if (key === undefined) throw new SealError(`the sealing key "${id}" is not held here`);
    return key;
  }
}

/** The context stands in the header, which the encryption authenticates; hashed, so that it tells nothing. */
const contextHash = (context: string) => base64url.encode(createHash('sha256').update(context).digest());

function readHeader(sealed: string): Record<string, unknown> {
  try {
    return decodeProtectedHeader(sealed) as Record<string, unknown>;
  } catch {
    throw new SealError('this is no sealed text');
  }
}
