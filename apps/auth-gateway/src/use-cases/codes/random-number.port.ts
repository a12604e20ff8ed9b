/** Random numbers nobody can foresee. */
export abstract class RandomNumber {
  /** From 0 up to, and without, `bound`; every one as likely as any other. */
  abstract below(bound: number): number;
}
