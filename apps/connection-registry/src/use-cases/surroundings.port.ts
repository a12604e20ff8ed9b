import type { NewId } from '@homerealm/domain';
import type { SocialIssuers } from '../domain/social-issuers.js';

/** What a use case takes from the world around it: the time, fresh ids, the address of the gateway. */
export abstract class Surroundings {
  abstract now(): Date;
  abstract readonly newId: NewId;
  /** Issuers of the providers for everybody. */
  abstract readonly socialIssuers: SocialIssuers;
  /** A text that nobody can guess. */
  abstract newTicket(): string;
  /** Where a test sign-in begins, for whoever holds its ticket. */
  abstract testRunUrl(testRunId: string, ticket: string): string;
  /** Where the upstream sends people back to. */
  abstract callbackUrl(connectionId: string): string;
}
