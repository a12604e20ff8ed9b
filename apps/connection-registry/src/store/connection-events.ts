import {
  connectionCredentialsTopic,
  connectionStateTopic,
  connectionTopic,
  type ConnectionSettings,
  isEntraConnection,
  isSocialConnection,
} from '@homerealm/contracts';
import { event, type OutgoingEvent, tombstone } from '@homerealm/events';
import type { Connection, ConnectionHappening, Decision } from '../domain/connection.js';
import { toSealed } from '../domain/to-sealed.js';

/** What a saved change tells: the event, the new state, and the sealed credentials when they changed. */
export function savedEvents({ connection, happened, credentialsChanged }: Decision): OutgoingEvent[] {
  const { settings } = connection;
  const told = [happenedEvent(happened), stateEvent(settings)];
  return credentialsChanged ? [...told, credentialsEvent(connection)] : told;
}

/** What a deletion tells: the event, and tombstones that erase state and credentials. */
export function removedEvents({ connection, happened }: Decision): OutgoingEvent[] {
  const { connectionId } = connection.settings;
  return [
    happenedEvent(happened),
    tombstone(connectionStateTopic, connectionId),
    tombstone(connectionCredentialsTopic, connectionId),
  ];
}

function stateEvent(settings: ConnectionSettings): OutgoingEvent {
  const { connectionId } = settings;
  if (isSocialConnection(settings)) return event(connectionStateTopic, 'SocialConnectionState', connectionId, settings);
  if (isEntraConnection(settings)) return event(connectionStateTopic, 'ConnectionState', connectionId, settings);
  return settings.strategy === 'entra-wsfed'
    ? event(connectionStateTopic, 'WsfedConnectionState', connectionId, settings)
    : event(connectionStateTopic, 'SamlConnectionState', connectionId, settings);
}

export function happenedEvent(happened: ConnectionHappening): OutgoingEvent {
  const subject = happened.data.connectionId;
  return event(connectionTopic, happened.type, subject, happened.data);
}

function credentialsEvent({ settings, credentials }: Connection): OutgoingEvent {
  const { connectionId, revision } = settings;
  const data = { connectionId, revision, credentials: credentials.map(toSealed) };
  return event(connectionCredentialsTopic, 'ConnectionCredentials', connectionId, data);
}
