import { isIPv6 } from 'node:net';

const windowMilliseconds = 60_000;
/** Addresses that are counted at a time; beyond it the ones that came first are forgotten. */
const mostAddresses = 50_000;

/**
 * Counts what one network address does within a minute. In the memory of one process: with several, an address gets
 * the limit from each. It keeps crowds away before anything is read for them; what nobody may guess at, codes, is counted
 * for all processes together (`CountCodes`).
 */
export class AddressLimit {
  private readonly counts = new Map<string, { since: number; count: number }>();

  constructor(
    private readonly mostInWindow: number,
    private readonly now: () => number,
  ) {}

  /** Seconds to wait, or undefined when this request may go on. */
  take(address: string): number | undefined {
    const now = this.now();
    const key = networkOf(address);
    const known = this.counts.get(key);
    if (!known || now - known.since >= windowMilliseconds) {
      this.start(key, now);
      return undefined;
    }
    known.count++;
    if (known.count <= this.mostInWindow) return undefined;
    return Math.max(1, Math.ceil((known.since + windowMilliseconds - now) / 1000));
  }

  private start(key: string, now: number): void {
    this.counts.delete(key);
    this.counts.set(key, { since: now, count: 1 });
    // Map order is order of `since`: the oldest windows stand in front.
    for (const [oldest, { since }] of this.counts) {
      if (this.counts.size <= mostAddresses && now - since < windowMilliseconds) break;
      this.counts.delete(oldest);
    }
  }
}

/** One customer holds a whole /64 of IPv6 addresses, so the network is what counts. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.replace(/^::ffff:/i, '');
  const [head = '', tail] = address.split('%')[0]?.toLowerCase().split('::') ?? [];
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - front.length - back.length;
  const groups = [...front, ...Array<string>(Math.max(0, missing)).fill('0'), ...back];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}
