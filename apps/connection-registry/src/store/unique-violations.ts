import { problem, refuse } from '../domain/problems.js';

/**
 * Two asked for the same name or domain at the same moment, and this one came second: the unique index says so.
 * Turns that into the refusal the rules would have given; any other error is thrown on as it is.
 */
export function refuseUniqueViolation(error: unknown): never {
  const { driverError } = error as { driverError?: { code?: string; constraint?: string; detail?: string } };
  if (driverError?.code === '23505' && driverError.constraint === 'connection_name_unique') {
    refuse([problem('connection.name-taken', 'name')]);
  }
  if (driverError?.code === '23505' && driverError.constraint === 'home_realm_domain_pk') {
    const domain = /=\(([^)]*)\)/.exec(driverError.detail ?? '')?.[1];
    refuse([problem('connection.domain-taken', 'homeRealmDomains', domain)]);
  }
  throw error;
}
