/** Small enough to hold, large enough that a row of the table costs little. */
const pieceSize = 131_072;

/** The same bytes in pieces of one size; the last may be shorter. */
export async function* inPieces(body: AsyncIterable<Uint8Array>, size = pieceSize): AsyncIterable<Buffer> {
  let [waiting, length]: [Uint8Array[], number] = [[], 0];
  for await (const bytes of body) {
    waiting.push(bytes);
    length += bytes.length;
    if (length < size) continue;
    const all = Buffer.concat(waiting, length);
    let at = 0;
    for (; length - at >= size; at += size) yield all.subarray(at, at + size);
    // A copy, or the rest would keep all of it in memory.
    waiting = at < length ? [Buffer.from(all.subarray(at))] : [];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}
