import { Injectable } from '@nestjs/common';
import { type SigningAlgorithm, SigningKeys } from './token-signer.port.js';

/** Takes the next signing key of an algorithm into use. */
@Injectable()
export class RotateSigningKeys {
  constructor(private readonly keys: SigningKeys) {}

  execute(alg: SigningAlgorithm): Promise<void> {
    return this.keys.rotate(alg);
  }
}
