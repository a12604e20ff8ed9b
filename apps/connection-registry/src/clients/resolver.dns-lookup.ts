import { Resolver } from 'node:dns/promises';
import type { DnsAnswer } from '../domain/domain-proof.js';
import { DnsLookup } from '../use-cases/domains/dns-lookup.port.js';

/** The name, or the record, is not there: an answer. Everything else is none. */
const absent = new Set(['ENOTFOUND', 'ENODATA']);

/** Asks the system's name servers, or those of the operator. */
export class ResolverDnsLookup extends DnsLookup {
  private readonly resolver: Resolver;

  constructor({ servers, timeoutMs = 3_000 }: { servers?: readonly string[] | undefined; timeoutMs?: number } = {}) {
    super();
    this.resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
    if (servers !== undefined) this.resolver.setServers(servers);
  }

  async texts(name: string): Promise<DnsAnswer> {
    try {
      // A record may come in several strings of up to 255 bytes: together they are its text (RFC 7208 §3.3).
      const records = await this.resolver.resolveTxt(name);
      const texts = records.map((strings) => strings.join(''));
      return texts.length > 0 ? { kind: 'found', texts } : { kind: 'absent' };
    } catch (error) {
      const { code } = error as { code?: string };
      return { kind: absent.has(code ?? '') ? 'absent' : 'unreachable' };
    }
  }
}
