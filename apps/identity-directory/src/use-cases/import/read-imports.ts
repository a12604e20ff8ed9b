import type { ImportResponse, RejectedRow } from '@homerealm/contracts';
import type { ImportId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { importErrors } from '../../domain/import/import.errors.js';
import { Imports, type ImportQuery } from './imports.port.js';

const page = 1000;

@Injectable()
export class ReadImports {
  constructor(private readonly imports: Imports) {}

  execute(query: ImportQuery): Promise<ImportResponse[]> {
    return this.imports.list(query);
  }

  async one(importId: ImportId): Promise<ImportResponse> {
    const found = await this.imports.find(importId);
    if (!found) throw importErrors('import.not-found', { importId });
    return found;
  }

  /** Up to `limit + 1` rejected rows after this one. */
  async rejected(importId: ImportId, after: number, limit: number): Promise<RejectedRow[]> {
    await this.one(importId);
    return this.imports.rejected(importId, after, limit + 1);
  }

  /** All rejected rows, a page in memory at a time. */
  async *allRejected(importId: ImportId): AsyncIterable<RejectedRow> {
    for (let after = 0; ;) {
      const rows = await this.imports.rejected(importId, after, page);
      yield* rows;
      const last = rows.at(-1);
      if (!last || rows.length < page) return;
      after = last.row;
    }
  }
}
