import type { ImportPartResponse, ImportResponse } from '@homerealm/contracts';
import { DomainError, type ConnectionId, type ImportId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { importErrors, rowErrors } from '../../domain/import/import.errors.js';
import { TimeAndIds } from '../time-and-ids.port.js';
import { ConnectionNames } from './connection-names.port.js';
import { Imports, type NewImport, type UploadedPart } from './imports.port.js';

/** The largest file an import takes, in bytes. */
export abstract class ImportLimits {
  abstract readonly maxBytes: number;
}

type Announced = Pick<NewImport, 'format' | 'dryRun'> & { connectionId?: ConnectionId | null | undefined };

/** Takes in the file of an import: at once, or part by part. */
@Injectable()
export class ReceiveImport {
  constructor(
    private readonly imports: Imports,
    private readonly names: ConnectionNames,
    private readonly limits: ImportLimits,
    private readonly fresh: TimeAndIds,
  ) {}

  /** An import whose parts are still to come. */
  async announce({ format, dryRun, connectionId = null }: Announced): Promise<ImportResponse> {
    if (connectionId !== null) await this.refuseUnlessEnterprise(connectionId);
    const importId = this.fresh.newId('import');
    await this.imports.create({ importId, format, dryRun, connectionId, createdAt: this.fresh.now() });
    return this.one(importId);
  }

  /** The whole file at once: the import runs when all of it is there. */
  async whole(announced: Announced, sha256: string | null, body: AsyncIterable<Uint8Array>): Promise<ImportResponse> {
    const { importId } = await this.announce(announced);
    try {
      await this.part({ importId, part: 1, sha256 }, body);
    } catch (error) {
      // An upload that broke off may go on; for one that was refused nobody learns of the import.
      const mayGoOn = error instanceof DomainError && error.code === 'import.upload-broken';
      if (!mayGoOn) await this.imports.cancel(importId);
      throw error;
    }
    return this.start(importId, 1);
  }

  async part(part: Omit<UploadedPart, 'maxBytes'>, body: AsyncIterable<Uint8Array>): Promise<ImportPartResponse> {
    const { state } = await this.one(part.importId);
    if (state !== 'receiving') throw importErrors('import.not-receiving', { importId: part.importId });
    return this.imports.receive({ ...part, maxBytes: this.limits.maxBytes }, body);
  }

  async start(importId: ImportId, parts: number): Promise<ImportResponse> {
    const started = await this.imports.start(importId, parts);
    const now = await this.one(importId);
    if (started) return now;
    throw importErrors(now.state === 'receiving' ? 'import.parts-missing' : 'import.not-receiving', { importId });
  }

  private async one(importId: ImportId): Promise<ImportResponse> {
    const found = await this.imports.find(importId);
    if (!found) throw importErrors('import.not-found', { importId });
    return found;
  }

  private async refuseUnlessEnterprise(connectionId: ConnectionId): Promise<void> {
    const connection = await this.names.find(connectionId);
    if (!connection) throw rowErrors('import.connection-not-found', { connectionId }, 'connectionId');
    if (connection.identityType !== 'enterprise')
      throw rowErrors('import.connection-not-enterprise', { connectionId }, 'connectionId');
  }
}
