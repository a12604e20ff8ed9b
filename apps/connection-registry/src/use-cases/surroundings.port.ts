import type { NewId } from '@homerealm/domain';

/** What a use case takes from the world around it: the time, fresh ids, the address of the gateway. */
export abstract class Surroundings {
  abstract now(): Date;
  abstract readonly newId: NewId;
  /** Where the upstream sends people back to. */
  abstract callbackUrl(connectionId: string): string;
}
