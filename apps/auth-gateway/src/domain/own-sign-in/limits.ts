/** So many within so long; then no more until the window ends. */
export type Limit = { most: number; windowMilliseconds: number };

/** What is counted, for the identifier somebody typed and for the network they come from. */
export type CodeLimits = {
  sentToIdentifier: Limit;
  sentForNetwork: Limit;
  /** Wrong tries, whatever code they were made at. */
  wrongForIdentifier: Limit;
  wrongForNetwork: Limit;
};

const quarter = 15 * 60_000;
const hour = 60 * 60_000;

export const codeLimits = (most: Record<keyof CodeLimits, number>): CodeLimits => ({
  sentToIdentifier: { most: most.sentToIdentifier, windowMilliseconds: quarter },
  sentForNetwork: { most: most.sentForNetwork, windowMilliseconds: quarter },
  wrongForIdentifier: { most: most.wrongForIdentifier, windowMilliseconds: hour },
  wrongForNetwork: { most: most.wrongForNetwork, windowMilliseconds: hour },
});
