import type { ImportResponse } from '@homerealm/contracts';
import type { ImportId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { importErrors } from '../../domain/import/import.errors.js';
import { Imports } from './imports.port.js';
import { ReadImports } from './read-imports.js';

/** Ends an import before its end. Rows that were imported stay. */
@Injectable()
export class CancelImport {
  constructor(
    private readonly imports: Imports,
    private readonly read: ReadImports,
  ) {}

  async execute(importId: ImportId): Promise<ImportResponse> {
    const cancelled = await this.imports.cancel(importId);
    const now = await this.read.one(importId);
    if (!cancelled && now.state !== 'cancelled') throw importErrors('import.ended', { importId });
    return now;
  }
}
