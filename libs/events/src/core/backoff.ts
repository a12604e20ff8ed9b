/** Waits; an abort ends the wait early and without an error. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resume) => {
    if (signal?.aborted) return resume();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resume();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish);
  });
}

/** Doubles from `first` to `most` milliseconds, with a fifth of chance in it so that many do not come back together. */
export const backoff = (tries: number, first = 100, most = 5000): number =>
  Math.min(most, first * 2 ** Math.min(tries, 20)) * (0.9 + Math.random() * 0.2);

/** Waits for the work, but no longer than so many milliseconds. @returns undefined when it took longer */
export async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  const enough = new AbortController();
  try {
    return await Promise.race([work, pause(milliseconds, enough.signal).then(() => undefined)]);
  } finally {
    enough.abort();
  }
}
