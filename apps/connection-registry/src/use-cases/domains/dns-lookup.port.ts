import type { DnsAnswer } from '../../domain/domain-proof.js';

/** Looks up TXT records. Never rejects. */
export abstract class DnsLookup {
  /** @param name an A-label domain name */
  abstract texts(name: string): Promise<DnsAnswer>;
}
