import type { Application, ApplicationSecret } from '../domain/application.js';

/** The applications. */
export abstract class Applications {
  /** May answer from memory: a change by another instance is seen within a few seconds. */
  abstract find(id: string): Promise<Application | null>;
  /** Ordered by id, after `cursor`; at most `limit`. */
  abstract list(limit: number, cursor?: string): Promise<Application[]>;
  /** @throws DomainError `application.exists` */
  abstract add(application: Application): Promise<void>;
  /**
   * Reads the application as it is, changes it and stores it, one after the other with all other changes of it.
   * @throws DomainError `application.not-found`, and what `change` throws
   */
  abstract change(id: string, change: (application: Application) => Application): Promise<Application>;
  /** @throws DomainError `application.not-found` */
  abstract delete(id: string): Promise<void>;
}

/** A new secret: shown once, kept as a hash. */
export type NewSecret = { clientSecret: string; secret: ApplicationSecret };

/** What applications need from the machine: random ids and secrets, hashes, the time. */
export abstract class Secrets {
  abstract newApplicationId(): string;
  /** 43 characters of `A-Z a-z 0-9 - _`: no client library encodes one of them. */
  abstract newSecret(): NewSecret;
  abstract hash(clientSecret: string): string;
  abstract now(): Date;
}
