import type { AttemptId } from '@homerealm/domain';

/** What a use case may not take from the machine by itself: the time, and ids that nobody can guess. */
export abstract class Moment {
  /** Milliseconds since 1970. */
  abstract now(): number;
  abstract newAttemptId(): AttemptId;
}
