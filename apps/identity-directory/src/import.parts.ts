import { connectionStateTopic } from '@homerealm/contracts';
import type { EventsModuleOptions } from '@homerealm/events';
import type { Provider } from '@nestjs/common';
import type { Settings } from './config.js';
import { OnConnectionState } from './events/on-connection-state.consumer.js';
import { ImportUploadsController } from './http/import-uploads.controller.js';
import { ImportsController } from './http/imports.controller.js';
import { ImportBell } from './store/import/import-bell.js';
import { ImportRunner } from './store/import/import-runner.js';
import { PostgresConnectionNames } from './store/import/postgres.connection-names.js';
import { PostgresImportWork } from './store/import/postgres.import-work.js';
import { PostgresImports } from './store/import/postgres.imports.js';
import { CancelImport } from './use-cases/import/cancel-import.js';
import { ConnectionNames } from './use-cases/import/connection-names.port.js';
import { ImportWork } from './use-cases/import/import-work.port.js';
import { Imports } from './use-cases/import/imports.port.js';
import { KeepConnectionNames } from './use-cases/import/keep-connection-names.js';
import { ReadImports } from './use-cases/import/read-imports.js';
import { ImportLimits, ReceiveImport } from './use-cases/import/receive-import.js';
import { RunImports } from './use-cases/import/run-imports.js';

export const importControllers = [ImportUploadsController, ImportsController, OnConnectionState];

export const importProviders = (settings: Settings): Provider[] => [
  ReceiveImport,
  ReadImports,
  CancelImport,
  RunImports,
  KeepConnectionNames,
  { provide: Imports, useClass: PostgresImports },
  { provide: ImportWork, useClass: PostgresImportWork },
  { provide: ConnectionNames, useClass: PostgresConnectionNames },
  { provide: ImportLimits, useValue: { maxBytes: settings.IMPORT_MAX_BYTES } satisfies ImportLimits },
  ImportBell,
  ImportRunner,
];

export const importProjections: NonNullable<EventsModuleOptions['projections']> = {
  [connectionStateTopic.name]: ['connection_name_replica'],
};
