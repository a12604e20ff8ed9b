import type { ConnectionSettings } from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import type { NamedConnection } from '../../domain/import/import-row.js';

/** Connections as far as imports need them, as the registry told them last. */
export abstract class ConnectionNames {
  abstract keep(settings: ConnectionSettings): Promise<void>;
  abstract forget(connectionId: string): Promise<void>;
  abstract find(connectionId: ConnectionId): Promise<NamedConnection | null>;
}
