import type { CredentialProbes, ProbedConnection } from '@homerealm/connectors';
import { isEntraConnection, isFederationConnection, type OpenedCredential } from '@homerealm/contracts';
import type { Connection } from '../domain/connection.js';
import { hasGraphClient } from '../domain/federation-rules.js';
import type { ProbeFinding } from '../domain/probe.js';
import { CredentialProber } from '../use-cases/upkeep/probes.port.js';

export class UpstreamCredentialProber extends CredentialProber {
  constructor(private readonly probes: CredentialProbes) {
    super();
  }

  async probe(
    settings: Connection['settings'],
    opened: OpenedCredential,
    options: { expiresAt: Date | null; now: Date },
  ): Promise<ProbeFinding> {
    const asked = clientOf(settings);
    if (asked === undefined) return { outcome: 'refused', error: null, aadsts: [] };
    const { outcome, error = null, aadsts = [] } = await this.probes.probe(asked, opened, options);
    return { outcome, error, aadsts };
  }
}

/** The connection as a client of Entra, where it is one. */
function clientOf(settings: Connection['settings']): ProbedConnection | undefined {
  if (isEntraConnection(settings)) return settings;
  return isFederationConnection(settings) && hasGraphClient(settings) ? settings : undefined;
}
