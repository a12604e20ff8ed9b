/** Turns secrets into sealed text that only holders of the sealing key can open, and back. */
export abstract class CredentialSealer {
  /** @param context what the secret belongs to; opening asks for the same */
  abstract seal(secret: string, context: string): Promise<{ sealed: string; keyId: string }>;
  /** @throws Error when the key is not held, the text was changed, or the context is another */
  abstract open(sealed: string, context: string): Promise<string>;
}
