import type { OpenedCredential } from '@homerealm/contracts';
import type { ConnectionId, CredentialId } from '@homerealm/domain';
import type { Connection } from '../../domain/connection.js';
import type { ProbeFinding, ProbeRecord } from '../../domain/probe.js';

/** What tries of credentials showed, and whose turn it is. */
export abstract class Probes {
  abstract of(connectionId: ConnectionId): Promise<ProbeRecord[]>;
  /** Keeps a finding, and tells it when it is news. Nothing happens when the credential is gone meanwhile. */
  abstract keep(
    connectionId: ConnectionId,
    credentialId: CredentialId,
    finding: ProbeFinding,
    now: Date,
  ): Promise<ProbeRecord | undefined>;
  /** Gives every enabled connection with a client at Entra that has no turn yet its first one. */
  abstract plan(now: Date): Promise<void>;
  /** Takes the connection whose turn came first. Nobody else gets it until its next turn, or until `again`. */
  abstract take(now: Date, again: Date): Promise<ConnectionId | undefined>;
  abstract postpone(connectionId: ConnectionId, until: Date): Promise<void>;
}

/** Tries a credential at its provider. Never rejects. */
export abstract class CredentialProber {
  abstract probe(
    settings: Connection['settings'],
    opened: OpenedCredential,
    options: { expiresAt: Date | null; now: Date },
  ): Promise<ProbeFinding>;
}
