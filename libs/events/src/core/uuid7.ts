import { randomFillSync } from 'node:crypto';

/** Asking for random bytes costs the same for few and for many. None is used twice. */
const pool = Buffer.alloc(4096);
let used = pool.length;

/** A UUID of version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random bits. Later ones sort later. */
export function uuid7(now: number = Date.now()): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = pool.subarray(used, used + 16);
  used += 16;
  bytes.writeUIntBE(now, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
