import type { SignInAddressRequest, SignInRequest, SignInResponse } from '@homerealm/contracts';

/** The identity directory: who a verified upstream account is, and who proved an email, a phone or a username. */
export abstract class Directory {
  /**
   * Idempotent by attempt id.
   * @throws DomainError `directory.unavailable` when there is no usable answer in time
   */
  abstract signIn(request: SignInRequest): Promise<SignInResponse>;
  /**
   * Where a code goes that proves this username or phone; null: nobody has it.
   * @throws DomainError `directory.unavailable`, as above
   */
  abstract addressOf(request: SignInAddressRequest): Promise<string | null>;
}
