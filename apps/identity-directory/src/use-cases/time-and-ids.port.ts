import type { NewId } from '@homerealm/domain';

/** The present moment and new ids, which rules get as arguments. */
export abstract class TimeAndIds {
  /** ISO 8601 in UTC. */
  abstract now(): string;
  abstract newId: NewId;
}
