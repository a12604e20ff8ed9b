import type { ConnectionId } from '@homerealm/domain';
import type { MetadataHealth } from '../../domain/metadata-health.js';

/** Whose metadata is read when, and how that went. */
export abstract class MetadataTurns {
  abstract healthOf(connectionId: ConnectionId): Promise<MetadataHealth>;
  /** Gives every federation whose metadata has an address, and that has no turn yet, its first one. */
  abstract plan(now: Date): Promise<void>;
  /** Takes the connection whose turn came first. Nobody else gets it until its next turn, or until `again`. */
  abstract take(now: Date, again: Date): Promise<ConnectionId | undefined>;
  /** Keeps how a reading went (a code; null when it worked), tells it when it is news, and sets the next turn. */
  abstract record(connectionId: ConnectionId, code: string | null, now: Date): Promise<void>;
}
