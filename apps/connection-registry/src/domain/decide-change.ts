import type { ConnectionInput } from '@homerealm/contracts';
import type { InputProblem } from '@homerealm/domain';
import { about, type Connection, type Credential, type Decision, nextRevision, type SomeFields } from './connection.js';
import { authorityProblems, type EntraAuthority, fieldProblems } from './field-problems.js';
import { normalizeFields } from './normalize-fields.js';
import { problem, type Reading } from './problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';
import { sortedJson } from './sorted-json.js';

/** Which tenant a connection is pinned to, and by which words it was found. */
export type Pin = { authority: string; entraDomain: string; tenantId: string; graphOrigin: string };

/** What a change leads to: only the fields that differ, with every problem of the body at once. */
export function judgeChange(
  { settings }: Connection,
  { value, problems: malformed }: Reading<ConnectionInput>,
  authorities: readonly EntraAuthority[],
  now: Date,
): { fields: SomeFields; problems: InputProblem[] } {
  const given = normalizeFields(value, settings.strategy);
  const problems = [
    ...malformed,
    ...immutableProblems(settings, { ...value, identityType: given.fields.identityType }),
    ...given.problems,
    ...authorityProblems(given.fields.authority, authorities),
    ...fieldProblems({ ...settings, ...given.fields }),
    ...secretProblems(value.clientSecret, 'clientSecret', settings.strategy),
    ...expiryProblems(value.clientSecretExpiresAt, 'clientSecretExpiresAt', now),
  ];
  return { fields: differing(settings, given.fields), problems };
}

function immutableProblems(settings: Connection['settings'], value: ConnectionInput): InputProblem[] {
  const stored: ConnectionInput = { ...settings };
  const moved = (key: 'strategy' | 'connectionId' | 'identityType') =>
    value[key] !== undefined && value[key] !== stored[key];
  return [
    ...(moved('strategy') ? [problem('connection.strategy-immutable', 'strategy')] : []),
    ...(moved('identityType') ? [problem('connection.identity-type-immutable', 'identityType')] : []),
    ...(moved('connectionId') ? [problem('connection.id-immutable', 'connectionId')] : []),
  ];
}

function differing(settings: SomeFields, given: SomeFields): SomeFields {
  const isNew = ([key, value]: [string, unknown]) =>
    sortedJson(value) !== sortedJson(settings[key as keyof SomeFields]);
  return Object.fromEntries(Object.entries(given).filter(isNew));
}

/** The tenant must be looked up again when the authority or the domain becomes another. */
export const needsPin = (fields: SomeFields): boolean =>
  fields.authority !== undefined || fields.entraDomain !== undefined;

export type ChangeInput = {
  fields: SomeFields;
  /** The tenant as looked up for this change; undefined where it stays. */
  pin: Pin | undefined;
  /** A new secret takes the place of all stored ones. */
  secret: Credential | undefined;
  /** Of the newest secret; undefined where it stays. */
  secretExpiresAt: Date | null | undefined;
};

/** Applies a judged change. Undefined when nothing differs: then there is no new revision and nothing to tell. */
export function decideChange(connection: Connection, input: ChangeInput, now: Date): Decision | undefined {
  const credentials = changedCredentials(connection.credentials, input);
  const pinned = input.pin && { tenantId: input.pin.tenantId, graphOrigin: input.pin.graphOrigin };
  const changed = [
    ...Object.keys(input.fields),
    ...(pinned && 'tenantId' in connection.settings && pinned.tenantId !== connection.settings.tenantId
      ? ['tenantId']
      : []),
    ...(input.secret ? ['clientSecret'] : credentials ? ['clientSecretExpiresAt'] : []),
  ];
  if (changed.length === 0) return undefined;
  const next = {
    ...nextRevision(connection, { ...input.fields, ...pinned }, now),
    credentials: credentials ?? connection.credentials,
  };
  return {
    connection: next,
    happened: { type: 'ConnectionChanged', data: { ...about(next), changed } },
    changed,
    credentialsChanged: credentials !== undefined,
  };
}

function changedCredentials(
  stored: readonly Credential[],
  { secret, secretExpiresAt }: ChangeInput,
): readonly Credential[] | undefined {
  if (secret) return [...stored.filter(({ kind }) => kind !== 'client-secret'), secret];
  const newest = stored.findLast(({ kind }) => kind === 'client-secret');
  if (secretExpiresAt === undefined || newest?.expiresAt?.getTime() === secretExpiresAt?.getTime()) return undefined;
  return stored.map((credential) =>
    credential === newest ? { ...credential, expiresAt: secretExpiresAt } : credential,
  );
}
