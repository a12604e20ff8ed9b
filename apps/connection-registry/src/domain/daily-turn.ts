const day = 86_400_000;

/**
 * The next time of day that belongs to a name. Each name has its own, spread evenly over the day, so that not all
 * connections knock at their providers at the same moment, and no restart moves them.
 * @param every the span that is gone round in, in place of a day
 */
export function nextTurn(name: string, now: Date, every = day): Date {
  const begin = Math.floor(now.getTime() / every) * every;
  const turn = begin + Math.floor((hash(name) / 2 ** 32) * every);
  return new Date(turn > now.getTime() ? turn : turn + every);
}

/** FNV-1a with a last stir, because ids that follow each other differ in their last characters only. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
