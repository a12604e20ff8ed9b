import type { JsonWebKey, KeyObject } from 'node:crypto';

export type SigningAlgorithm = 'ES256' | 'RS256';

/** A key as the provider publishes it. Only `current` ones sign; `next` and `retired` ones are there to be known. */
export type PublishedKey = {
  kid: string;
  alg: SigningAlgorithm;
  state: 'next' | 'current' | 'retired';
  publicJwk: JsonWebKey;
  publicKey: KeyObject;
};

/** The gateway's signing keys, as this process holds them. */
export abstract class TokenSigner {
  abstract keys(): readonly PublishedKey[];
  /** Signs with that key: JWS signature bytes (RFC 7515 §5.1; for ES256 R||S). A key that just retired still signs what was begun with it. */
  abstract sign(kid: string, data: Uint8Array): Buffer;
  /** Makes a JWT with the header `{ alg, typ, kid }`, signed with the current key of the algorithm. */
  abstract jwt(typ: string, payload: Record<string, unknown>, alg?: SigningAlgorithm): string;
  /** The payload of a JWT of ours of that `typ`, not expired; undefined for everything else. */
  abstract read(jwt: string, typ: string, nowSeconds: number): Record<string, unknown> | undefined;
  /** Called when the set of keys has changed. */
  abstract onChange(listener: () => void): void;
}

/** Where the keys are kept. */
export abstract class SigningKeys {
  /** `next` becomes `current`, `current` retires, a new `next` is made. Tokens of the retired key stay verifiable. */
  abstract rotate(alg: SigningAlgorithm): Promise<void>;
}
