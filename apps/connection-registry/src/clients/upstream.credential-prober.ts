import type { CredentialProbes } from '@homerealm/connectors';
import { isEntraConnection, type OpenedCredential } from '@homerealm/contracts';
import type { Connection } from '../domain/connection.js';
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
    if (!isEntraConnection(settings)) return { outcome: 'refused', error: null, aadsts: [] };
    const { outcome, error = null, aadsts = [] } = await this.probes.probe(settings, opened, options);
    return { outcome, error, aadsts };
  }
}
