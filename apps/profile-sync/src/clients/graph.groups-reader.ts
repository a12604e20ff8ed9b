import { type ApplicationTokens, readGroupsOfUser, type UpstreamHttp } from '@homerealm/connectors';
import { credentialSealContext, OpenedCredential, type SealedCredential } from '@homerealm/contracts';
import type { GroupSet } from '@homerealm/domain';
import { callProvider, Clock, Sealer } from '@homerealm/platform';
import type { RefreshTarget } from '../domain/plan-refresh.js';
import type { GraphApplication } from '../use-cases/graph-application.js';
import { GroupsReader } from '../use-cases/groups-reader.port.js';

/** Asks Microsoft Graph with the connection's application permission. */
export class GraphGroupsReader extends GroupsReader {
  constructor(
    private readonly http: UpstreamHttp,
    private readonly tokens: ApplicationTokens,
    private readonly sealer: Sealer,
    private readonly clock: Clock,
    private readonly budgetMs: number,
  ) {
    super();
  }

  async read(
    application: GraphApplication,
    sealed: SealedCredential[],
    target: RefreshTarget,
    signal: AbortSignal,
  ): Promise<GroupSet> {
    const now = this.clock.now();
    try {
      const credentials = await Promise.all(sealed.map((one) => this.open(application.connectionId, one)));
      const { tenantId, objectId } = target;
      const connection = { ...application, credentials };
      const { http, tokens, budgetMs } = this;
      return await callProvider('read groups', application.strategy, () =>
        readGroupsOfUser(http, tokens, { connection, tenantId, objectId, now, budgetMs, signal }),
      );
    } catch {
      return { completeness: 'unknown', reason: 'credential-unusable', asOf: now.toISOString() };
    }
  }

  private async open(connectionId: string, { credentialId, sealed }: SealedCredential): Promise<OpenedCredential> {
    const text = await this.sealer.open(sealed, credentialSealContext(connectionId, credentialId));
    return OpenedCredential.parse(JSON.parse(text));
  }
}
