import type { EntraAuthority } from '../domain/field-problems.js';

/** The authorities the operator allows, and the tenants they know. */
export abstract class EntraTenants {
  abstract readonly authorities: readonly EntraAuthority[];
  /**
   * Asks the authority which tenant a domain belongs to.
   * @returns the tenant's GUID in lower case
   * @throws `connection.tenant-not-found`, `connection.authority-unreachable`
   */
  abstract resolve(authority: string, domain: string): Promise<string>;
}
