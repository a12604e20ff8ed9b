/** Where the progress goes: the terminal, or nowhere in tests. */
export type Say = (line: string) => void;

/** Runs a step and tells that it does, and how long it took. */
export async function step<T>(say: Say, title: string, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const waiting = setInterval(() => say(`  … ${title} (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
  try {
    const result = await work();
    say(`  ✓ ${title} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
    return result;
  } catch (problem) {
    say(`  ✗ ${title}`);
    throw problem;
  } finally {
    clearInterval(waiting);
  }
}
