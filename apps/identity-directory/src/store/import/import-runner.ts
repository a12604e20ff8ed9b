import { Database } from '@homerealm/events';
import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { RunImports } from '../../use-cases/import/run-imports.js';
import { eraseUpload } from './erase-upload.js';
import { ImportBell } from './import-bell.js';

/** How often to look for imports that were started, here or elsewhere. */
const everyMs = 1000;
const sweepEveryMs = 60 * 60 * 1000;

const abandon = `
  UPDATE "import" SET state = 'cancelled', finished_at = now()
  WHERE state = 'receiving' AND touched_at < now() - interval '24 hours' RETURNING import_id`;
/** Ended imports of which something is still there: whoever erased it was stopped. */
const leftovers = `
  SELECT import_id FROM "import" i WHERE state IN ('done', 'failed', 'cancelled')
    AND (EXISTS (SELECT 1 FROM "import_piece" p WHERE p.import_id = i.import_id)
      OR EXISTS (SELECT 1 FROM "import_draft" d WHERE d.import_id = i.import_id))`;
const forget = `
  WITH old AS (DELETE FROM "import" WHERE finished_at < now() - interval '90 days' RETURNING 1) SELECT 1 FROM old`;

/** Works on imports as long as the service runs. Every instance does; each import has one that works on it. */
@Injectable()
export class ImportRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('imports');
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private sweptAt = 0;

  constructor(
    private readonly runImports: RunImports,
    private readonly database: Database,
    private readonly bell: ImportBell,
  ) {}

  onApplicationBootstrap(): void {
    this.running ??= this.run();
  }

  /** Ends between two chunks; the next instance goes on from there. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const worked = await this.once(signal).catch((error: unknown) => {
        this.logger.error(error);
        return false;
      });
      if (!worked) await this.bell.wait(everyMs, signal);
    }
  }

  private async once(signal: AbortSignal): Promise<boolean> {
    if (Date.now() - this.sweptAt > sweepEveryMs) {
      await this.sweep();
      this.sweptAt = Date.now();
    }
    return this.runImports.execute(signal);
  }

  /** Uploads nobody finished, data of imports that ended badly, and reports nobody needs any more. */
  async sweep(): Promise<void> {
    await this.database.sql.query(abandon);
    const left = await this.database.sql.query<{ import_id: string }>(leftovers);
    for (const { import_id: importId } of left) await eraseUpload(() => this.database.sql, importId);
    await this.database.sql.query(forget);
  }
}
