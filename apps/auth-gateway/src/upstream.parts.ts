import { parseEntraAuthorities } from '@homerealm/connectors';
import { openSealer } from '@homerealm/platform';
import type { Provider } from '@nestjs/common';
import { ConnectorFederation } from './clients/connector.federation.js';
import { ConnectorUpstream } from './clients/connector.upstream.js';
import { ConnectorWords } from './clients/connector.words.js';
import { type ConnectorOptions, Connectors } from './clients/connectors.js';
import { OpenCredentials } from './clients/open-credentials.js';
import { SETTINGS, type Settings } from './config.js';
import { Replays } from './use-cases/replays.port.js';
import { FederationMessages } from './use-cases/sign-out/federation-messages.port.js';
import { Upstream, UpstreamWords } from './use-cases/upstream.port.js';

/* What speaks to providers, for `sign-in.parts.ts`. It asks for Replays, Moment and SETTINGS. */

/** @param change for tests, what no setting says */
export const connectorsOf = (settings: Settings, replays: Replays, change: Partial<ConnectorOptions> = {}) =>
  new Connectors({
    authorities: parseEntraAuthorities(settings.ENTRA_AUTHORITIES),
    graphBudgetMs: settings.GROUPS_TIME_BUDGET_MS,
    privateOrigins: settings.UPSTREAM_PRIVATE_ORIGINS,
    replays,
    ...change,
  });

export const upstreamProviders: Provider[] = [
  {
    provide: Connectors,
    useFactory: (settings: Settings, replays: Replays) => connectorsOf(settings, replays),
    inject: [SETTINGS, Replays],
  },
  {
    provide: OpenCredentials,
    useFactory: ({ CONNECTION_SEALING_KEYS, SEALING_KEYS }: Settings) =>
      new OpenCredentials(openSealer(CONNECTION_SEALING_KEYS ?? SEALING_KEYS)),
    inject: [SETTINGS],
  },
  { provide: Upstream, useClass: ConnectorUpstream },
  { provide: UpstreamWords, useClass: ConnectorWords },
  { provide: FederationMessages, useClass: ConnectorFederation },
];
