import {
  type EntraConnectionSettings,
  type FederationConnectionSettings,
  type FederationSetupResponse,
  isEntraConnection,
  isFederationConnection,
  type SetupResponse,
} from '@homerealm/contracts';
import type { ConnectionId } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { connectionErrors } from '../domain/connection.errors.js';
import { federationAddresses, setupSteps } from '../domain/federation-setup.js';
import { federationSetupItems } from '../domain/federation-setup-items.js';
import { federationSetupMarkdown } from '../domain/federation-setup-markdown.js';
import { setupItems } from '../domain/setup-items.js';
import { setupMarkdown } from '../domain/setup-markdown.js';
import { adminConsentUrl, setupCommands, setupManifest } from '../domain/setup-pack.js';
import type { TestRun } from '../domain/test-run.js';
import { Connections } from './connections.port.js';
import { findConnection } from './find-connection.js';
import { TestRuns } from './test-runs/test-runs.port.js';

/** Runs looked through for the latest that ended: the newest ones may be waiting still. */
const recentRuns = 20;

/** What the application of a connection needs at its provider, with this connection's values. */
@Injectable()
export class ReadSetup {
  constructor(
    private readonly connections: Connections,
    private readonly testRuns: TestRuns,
  ) {}

  async execute(id: string): Promise<SetupResponse | FederationSetupResponse> {
    const settings = await this.settingsOf(id);
    return isFederationConnection(settings) ? this.federationPackOf(settings) : this.packOf(settings);
  }

  async asMarkdown(id: string): Promise<string> {
    const settings = await this.settingsOf(id);
    const { displayName } = settings;
    if (!isFederationConnection(settings)) return setupMarkdown(displayName, await this.packOf(settings));
    return federationSetupMarkdown(displayName, await this.federationPackOf(settings));
  }

  private async settingsOf(id: string): Promise<EntraConnectionSettings | FederationConnectionSettings> {
    const { settings } = await findConnection(this.connections, id);
    if (isEntraConnection(settings) || isFederationConnection(settings)) return settings;
    throw connectionErrors('connection.entra-only');
  }

  private async packOf(settings: EntraConnectionSettings): Promise<SetupResponse> {
    const { connectionId } = settings;
    const latest = await this.latestRun(connectionId);
    return {
      connectionId,
      redirectUri: settings.callbackUrl,
      manifest: setupManifest(settings),
      commands: setupCommands(settings),
      adminConsentUrl: adminConsentUrl(settings),
      items: setupItems(settings, latest?.report ?? null),
      testedBy: testedBy(latest),
    };
  }

  private async federationPackOf(settings: FederationConnectionSettings): Promise<FederationSetupResponse> {
    const { connectionId } = settings;
    const latest = await this.latestRun(connectionId);
    return {
      connectionId,
      ...federationAddresses(settings),
      steps: setupSteps(settings),
      items: federationSetupItems(settings, latest?.report ?? null),
      testedBy: testedBy(latest),
    };
  }

  private async latestRun(connectionId: ConnectionId): Promise<EndedRun | undefined> {
    const { items } = await this.testRuns.list({ connectionId, limit: recentRuns });
    return items.find((run): run is EndedRun => run.finishedAt !== null);
  }
}

type EndedRun = TestRun & { finishedAt: Date };

const testedBy = (run: EndedRun | undefined) =>
  run ? { testRunId: run.testRunId, finishedAt: run.finishedAt.toISOString() } : null;
