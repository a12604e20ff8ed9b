/** Turns secrets into sealed text that only holders of the sealing key can open. */
export abstract class CredentialSealer {
  /** @param context what the secret belongs to; opening asks for the same */
  abstract seal(secret: string, context: string): Promise<{ sealed: string; keyId: string }>;
}
