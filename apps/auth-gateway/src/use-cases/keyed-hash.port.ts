/** Hashes that nobody can compute or check without our key: for what is easy to guess, as codes and addresses are. */
export abstract class KeyedHash {
  /** @param purpose keeps hashes for one use apart from those for another */
  abstract of(purpose: string, ...parts: readonly string[]): string;
}
