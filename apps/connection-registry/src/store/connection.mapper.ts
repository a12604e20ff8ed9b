import { ConnectionSettings } from '@homerealm/contracts';
import { CredentialId } from '@homerealm/domain';
import type { Connection, Credential, Decision, Enabling, Proof } from '../domain/connection.js';
import { omit } from '../domain/omit.js';
import {
  ChangeEntity,
  ConnectionEntity,
  CredentialEntity,
  HomeRealmDomainEntity,
  columnsOrDerived,
  type StoredSettings,
} from './connection.entities.js';

/** A connection as one statement reads it, with its domains and credentials as JSON. */
export type ConnectionRow = {
  connection_id: string;
  revision: number;
  state: ConnectionSettings['state'];
  strategy: ConnectionSettings['strategy'];
  name: string;
  organization_id: string | null;
  settings: StoredSettings;
  enabling: Enabling | null;
  proofs: Proof[] | null;
  created_at: Date;
  updated_at: Date;
  domains: string[];
  credentials: {
    credential_id: string;
    kind: Credential['kind'];
    sealed: string;
    sealing_key_id: string;
    created_at: string;
    expires_at: string | null;
  }[];
};

export function toConnection(row: ConnectionRow, callbackUrl: (connectionId: string) => string): Connection {
  const settings = ConnectionSettings.parse({
    ...row.settings,
    connectionId: row.connection_id,
    revision: row.revision,
    state: row.state,
    strategy: row.strategy,
    name: row.name,
    organizationId: row.organization_id,
    homeRealmDomains: row.domains,
    callbackUrl: callbackUrl(row.connection_id),
  });
  const credentials = row.credentials.map((one) => ({
    credentialId: CredentialId.parse(one.credential_id),
    kind: one.kind,
    sealed: one.sealed,
    sealingKeyId: one.sealing_key_id,
    createdAt: new Date(one.created_at),
    expiresAt: one.expires_at === null ? null : new Date(one.expires_at),
  }));
  const { enabling, created_at: createdAt, updated_at: updatedAt } = row;
  return { settings, credentials, enabling, proofs: row.proofs ?? [], createdAt, updatedAt };
}

export function toConnectionEntity({ settings, enabling, proofs, createdAt, updatedAt }: Connection): ConnectionEntity {
  const { connectionId, revision, state, strategy, name, organizationId } = settings;
  const stored = omit(settings, ...columnsOrDerived) as StoredSettings;
  const nameKey = name.toLowerCase();
  const columns = { connectionId, revision, state, strategy, name, nameKey, organizationId };
  return Object.assign(new ConnectionEntity(), {
    ...columns,
    settings: stored,
    enabling,
    proofs,
    createdAt,
    updatedAt,
  });
}

/** In alphabetical order: two transactions that add the same domains must not wait for each other crosswise. */
export function toDomainEntities({ settings }: Connection): HomeRealmDomainEntity[] {
  const { connectionId, homeRealmDomains } = settings;
  return homeRealmDomains
    .map((domain, position) => Object.assign(new HomeRealmDomainEntity(), { domain, connectionId, position }))
    .sort((one, other) => (one.domain < other.domain ? -1 : 1));
}

export function toCredentialEntities({ settings: { connectionId }, credentials }: Connection): CredentialEntity[] {
  return credentials.map((credential) => Object.assign(new CredentialEntity(), { ...credential, connectionId }));
}

export function toChangeEntity({ connection, happened, changed }: Decision, by: string): ChangeEntity {
  const { settings, enabling, updatedAt } = connection;
  const why = happened.type === 'ConnectionEnabled' ? enabling : null;
  return Object.assign(new ChangeEntity(), {
    subject: settings.connectionId,
    revision: settings.revision,
    action: happened.type,
    madeBy: by,
    madeAt: updatedAt,
    changed: [...changed],
    reason: why?.reason ?? null,
    configHash: why?.configHash ?? null,
  });
}
