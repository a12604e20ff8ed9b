import { about, type Connection, type Decision, nextRevision } from './connection.js';
import { connectionErrors } from './connection.errors.js';
import { lacksCredential } from './decide-credentials.js';
import { lacksOwnKey } from './federation-rules.js';
import { isProved } from './test-run.js';

export type EnableRequest = { override: boolean; reason: string | null; by: string; configHash: string };

/**
 * Lets people sign in. A test run must have proved this very configuration, and lately; an admin may override that,
 * which is recorded. Undefined when it is enabled already.
 */
export function decideEnable(connection: Connection, request: EnableRequest, now: Date): Decision | undefined {
  const { reason, by, configHash } = request;
  if (connection.settings.state === 'enabled') return undefined;
  const override = !isProved(connection, configHash, now);
  if (override && !request.override) throw connectionErrors('connection.not-tested', {}, 'override');
  if (override && reason === null) throw connectionErrors('connection.reason-required', {}, 'reason');
  if (lacksOwnKey(connection, now)) throw connectionErrors('connection.certificate-required');
  if (lacksCredential(connection, now)) throw connectionErrors('connection.no-credential');
  const enabling = { at: now.toISOString(), by, override, reason, configHash };
  const next = { ...nextRevision(connection, { state: 'enabled' }, now), enabling };
  return {
    connection: next,
    happened: { type: 'ConnectionEnabled', data: { ...about(next), override } },
    changed: ['state'],
    credentialsChanged: false,
  };
}

/** Ends sign-ins through the connection. Undefined when it is disabled already. */
export function decideDisable(connection: Connection, now: Date): Decision | undefined {
  if (connection.settings.state === 'disabled') return undefined;
  if (connection.settings.state === 'draft') throw connectionErrors('connection.not-enabled');
  const next = nextRevision(connection, { state: 'disabled' }, now);
  return {
    connection: next,
    happened: { type: 'ConnectionDisabled', data: about(next) },
    changed: ['state'],
    credentialsChanged: false,
  };
}

/** The connection goes, with its domains and credentials, whatever state it is in. */
export function decideDelete(connection: Connection, now: Date): Decision {
  const next = { ...nextRevision(connection, {}, now), credentials: [] };
  return {
    connection: next,
    happened: { type: 'ConnectionDeleted', data: about(next) },
    changed: [],
    credentialsChanged: true,
  };
}
