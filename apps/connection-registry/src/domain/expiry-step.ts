const day = 86_400_000;
/** Days before the end at which admins are told; 0 is the end itself. */
const steps = [0, 1, 7, 14, 30] as const;
export type ExpiryStep = (typeof steps)[number];

/** The first notice is due this long before the end. */
export const longestNotice = 30 * day;

/** The latest step that has come; undefined while the end is far. */
export function expiryStep(expiresAt: Date, now: Date): ExpiryStep | undefined {
  const left = expiresAt.getTime() - now.getTime();
  return steps.find((step) => left <= step * day);
}

/**
 * The step to tell now. A step that was missed is not made up for once a later one has come, and none is told twice.
 * @param told steps that were told of this very end
 */
export function stepToTell(expiresAt: Date, now: Date, told: readonly number[]): ExpiryStep | undefined {
  const step = expiryStep(expiresAt, now);
  return step === undefined || told.some((earlier) => earlier <= step) ? undefined : step;
}
