import type { SignInAddressRequest } from '@homerealm/contracts';

/** Where a code goes that proves a username or a phone. */
export abstract class SignInAddresses {
  /** Null where nobody has it. Known or not, it is the same lookup. */
  abstract find(by: SignInAddressRequest['by'], canon: string): Promise<string | null>;
}
