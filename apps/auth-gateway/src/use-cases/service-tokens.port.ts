import type { ManagementScope } from '@homerealm/contracts';

/**
 * Access tokens with which the gateway itself calls other services: signed with the provider's own key, audience
 * `urn:homerealm:management`, short-lived. Adapters keep a token until shortly before it ends.
 */
export abstract class ServiceTokens {
  abstract tokenFor(scope: ManagementScope): Promise<string>;
}
