/** What tokens need from the machine: the time, and ids nobody can guess. */
export abstract class TokenClock {
  abstract nowSeconds(): number;
  abstract newTokenId(): string;
}
