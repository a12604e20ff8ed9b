import type { SignInRequest, SignInResponse } from '@homerealm/contracts';

/** The identity directory: who a verified upstream account is. */
export abstract class Directory {
  /**
   * Idempotent by attempt id.
   * @throws DomainError `directory.unavailable` when there is no usable answer in time
   */
  abstract signIn(request: SignInRequest): Promise<SignInResponse>;
}
