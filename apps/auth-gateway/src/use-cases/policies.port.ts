import type { OwnSignInPolicies } from '@homerealm/contracts';

/** The environment's policies, as the gateway's replica has them. */
export abstract class Policies {
  abstract ownSignIn(): Promise<OwnSignInPolicies>;
}
