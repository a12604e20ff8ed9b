import type { OnModuleDestroy } from '@nestjs/common';
import { type EntraAuthorities, resolveEntraTenant, type UpstreamHttp } from '@homerealm/connectors';
import { callProvider } from '@homerealm/platform';
import { connectionErrors } from '../domain/connection.errors.js';
import { EntraTenants } from '../use-cases/entra-tenants.port.js';

/** Asks the authorities themselves, through the HTTP client that reaches nothing but the operator's list. */
export class UpstreamEntraTenants extends EntraTenants implements OnModuleDestroy {
  constructor(
    private readonly http: UpstreamHttp,
    private readonly list: EntraAuthorities,
  ) {
    super();
  }

  onModuleDestroy(): Promise<void> {
    return this.http.close();
  }

  get authorities() {
    return this.list.all;
  }

  async resolve(authority: string, domain: string): Promise<string> {
    const resolution = await callProvider('resolve tenant', 'entra', () =>
      resolveEntraTenant(this.http, authority, domain),
    );
    if (resolution.found) return resolution.tenantId;
    if (resolution.problem === 'tenant-not-found')
      throw connectionErrors('connection.tenant-not-found', {}, 'entraDomain');
    throw connectionErrors('connection.authority-unreachable', { authority }, 'authority');
  }
}
