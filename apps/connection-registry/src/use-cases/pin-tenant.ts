import { Injectable } from '@nestjs/common';
import type { Pin } from '../domain/decide-change.js';
import type { EntraAuthority } from '../domain/field-problems.js';
import { isGuid } from '../domain/normalize-fields.js';
import { EntraTenants } from './entra-tenants.port.js';

/**
 * Finds the tenant that a connection will be pinned to. A GUID is a tenant's name already; nobody is asked. Without a
 * domain there is none: a federation may lead to somebody else than Entra.
 */
@Injectable()
export class PinTenant {
  constructor(private readonly tenants: EntraTenants) {}

  /** What an authority may be. */
  get authorities(): readonly EntraAuthority[] {
    return this.tenants.authorities;
  }

  async execute(authority: string, entraDomain: string | null): Promise<Pin> {
    const graphOrigin = this.authorities.find(({ origin }) => origin === authority)?.graphOrigin ?? '';
    const tenantId = entraDomain === null ? null : await this.tenantOf(authority, entraDomain);
    return { authority, entraDomain, tenantId, graphOrigin };
  }

  private async tenantOf(authority: string, entraDomain: string): Promise<string> {
    return isGuid(entraDomain) ? entraDomain : this.tenants.resolve(authority, entraDomain);
  }
}
