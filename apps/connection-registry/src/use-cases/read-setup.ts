import { type EntraConnectionSettings, isEntraConnection, type SetupResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../domain/connection.errors.js';
import { setupItems } from '../domain/setup-items.js';
import { setupMarkdown } from '../domain/setup-markdown.js';
import { adminConsentUrl, setupCommands, setupManifest } from '../domain/setup-pack.js';
import type { TestRun } from '../domain/test-run.js';
import { Connections } from './connections.port.js';
import { findConnection } from './find-connection.js';
import { TestRuns } from './test-runs/test-runs.port.js';

/** Runs looked through for the latest that ended: the newest ones may be waiting still. */
const recentRuns = 20;

/** What the app registration of a connection needs, with this connection's values. */
@Injectable()
export class ReadSetup {
  constructor(
    private readonly connections: Connections,
    private readonly testRuns: TestRuns,
  ) {}

  async execute(id: string): Promise<SetupResponse> {
    return this.packOf(await this.settingsOf(id));
  }

  async asMarkdown(id: string): Promise<string> {
    const settings = await this.settingsOf(id);
    return setupMarkdown(settings.displayName, await this.packOf(settings));
  }

  private async settingsOf(id: string): Promise<EntraConnectionSettings> {
    const { settings } = await findConnection(this.connections, id);
    if (!isEntraConnection(settings)) throw connectionErrors('connection.entra-only');
    return settings;
  }

  private async packOf(settings: EntraConnectionSettings): Promise<SetupResponse> {
    const { connectionId } = settings;
    const { items } = await this.testRuns.list({ connectionId, limit: recentRuns });
    const latest = items.find((run): run is TestRun & { finishedAt: Date } => run.finishedAt !== null);
    return {
      connectionId,
      redirectUri: settings.callbackUrl,
      manifest: setupManifest(settings),
      commands: setupCommands(settings),
      adminConsentUrl: adminConsentUrl(settings),
      items: setupItems(settings, latest?.report ?? null),
      testedBy: latest ? { testRunId: latest.testRunId, finishedAt: latest.finishedAt.toISOString() } : null,
    };
  }
}
