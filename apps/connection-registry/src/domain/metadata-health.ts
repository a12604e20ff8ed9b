import { nextTurn } from './daily-turn.js';

const hour = 3_600_000;
/** The pause between two tries of metadata that cannot be read grows up to this. */
const longestPause = 12 * hour;

/** How reading a provider's metadata goes. */
export type MetadataHealth = {
  /** Tries that failed since the last one that did not. */
  failures: number;
  /** What was told of it; null when all is well. */
  outcome: 'unreachable' | 'unusable' | null;
};
export type MetadataNews = 'unreachable' | 'unusable' | 'works-again';
export const healthy: MetadataHealth = { failures: 0, outcome: null };

/** Joins the code of a reading (null: it worked) to what was known. Told is only what differs. */
export function recordReading(
  before: MetadataHealth,
  code: string | null,
): { health: MetadataHealth; news: MetadataNews | undefined } {
  if (code === null) return { health: healthy, news: before.outcome === null ? undefined : 'works-again' };
  const outcome = code === 'connection.metadata-unreachable' ? 'unreachable' : 'unusable';
  const health = { failures: before.failures + 1, outcome } as const;
  return { health, news: outcome === before.outcome ? undefined : outcome };
}

/** Every hour at a minute of its own; the longer it fails, the less often. */
export function nextReading(connectionId: string, { failures }: MetadataHealth, now: Date): Date {
  const pause = failures < 2 ? 0 : Math.min(hour * 2 ** (failures - 1), longestPause) - hour;
  return nextTurn(connectionId, new Date(now.getTime() + pause), hour);
}
