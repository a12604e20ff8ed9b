import { about, type Connection, type Credential, type Decision, nextRevision } from './connection.js';
import { connectionErrors } from './connection.errors.js';
import { isFederationStrategy } from './strategy-family.js';
import { lacksOwnKey } from './federation-rules.js';
import { hasWorkingCredential } from './working-credential.js';

/** Room for an old and a new secret, and for a mistake or two; every one of them is tried at sign-in. */
const maxCredentials = 5;

/** Adds a secret beside the stored ones, so that the old one works until the new one does. */
export function decideAddCredential(connection: Connection, credential: Credential, now: Date): Decision {
  if (connection.credentials.length >= maxCredentials) throw connectionErrors('connection.too-many-credentials');
  return withCredentials(connection, [...connection.credentials, credential], now);
}

/** Removes a credential; an enabled connection keeps one that works. */
export function decideRemoveCredential(connection: Connection, credentialId: string, now: Date): Decision {
  const left = connection.credentials.filter((credential) => credential.credentialId !== credentialId);
  if (left.length === connection.credentials.length) throw connectionErrors('connection.credential-not-found');
  const { settings } = connection;
  if (settings.state === 'enabled' && lacksCredential({ settings, credentials: left }, now)) {
    throw connectionErrors('connection.last-credential');
  }
  return withCredentials(connection, left, now);
}

/** Whether nobody can sign in for want of a credential. A federation needs one only for its own signature and key. */
export function lacksCredential(connection: Pick<Connection, 'settings' | 'credentials'>, now: Date): boolean {
  if (isFederationStrategy(connection.settings.strategy)) return lacksOwnKey(connection, now);
  return !hasWorkingCredential(connection.credentials, now);
}

function withCredentials(connection: Connection, credentials: readonly Credential[], now: Date): Decision {
  const next = { ...nextRevision(connection, {}, now), credentials };
  return {
    connection: next,
    happened: { type: 'ConnectionChanged', data: { ...about(next), changed: ['credentials'] } },
    changed: ['credentials'],
    credentialsChanged: true,
  };
}
