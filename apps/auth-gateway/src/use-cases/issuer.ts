/** Who issues our tokens: the gateway as applications know it. */
export class Issuer {
  constructor(readonly url: string) {}
}
