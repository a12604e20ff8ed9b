/** Kafka's own hash of a key, so that every adapter and every client puts a key into the same partition. */
export function murmur2(key: Buffer): number {
  const m = 0x5bd1e995;
  const { length } = key;
  let h = 0x9747b28c ^ length;
  const blocks = length & ~3;
  for (let at = 0; at < blocks; at += 4) {
    let k = Math.imul(key.readInt32LE(at), m);
    k = Math.imul(k ^ (k >>> 24), m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = length & 3;
  if (rest === 3) h ^= (key[blocks + 2] ?? 0) << 16;
  if (rest >= 2) h ^= (key[blocks + 1] ?? 0) << 8;
  if (rest >= 1) h = Math.imul(h ^ (key[blocks] ?? 0), m);
  h = Math.imul(h ^ (h >>> 13), m);
  return h ^ (h >>> 15);
}

/** The partition of a key. */
export const partitionOf = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
