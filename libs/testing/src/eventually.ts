type Found<T> = Exclude<Awaited<T>, false | null | undefined | 0 | ''>;

/**
 * Waits until the condition gives something truthy, and gives that. What the condition throws counts as "not yet".
 * @param timeout milliseconds; the last error, or what was awaited, stands in the error after that
 */
export async function eventually<T>(
  condition: () => T,
  { timeout = 10_000, every = 20, says = 'the condition' }: { timeout?: number; every?: number; says?: string } = {},
): Promise<Found<T>> {
  const deadline = Date.now() + timeout;
  for (let last: unknown; ;) {
    try {
      const found = await condition();
      if (found) return found as Found<T>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`${says} did not come true within ${timeout} ms`, { cause: last });
    await new Promise((resume) => setTimeout(resume, every));
  }
}
