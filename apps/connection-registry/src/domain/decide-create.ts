import type { NewConnection } from '@homerealm/contracts';
import type { ConnectionId, InputProblem } from '@homerealm/domain';
import { about, type ConnectionFields, type Credential, type Decision } from './connection.js';
import { authorityProblems, type EntraAuthority, fieldProblems } from './field-problems.js';
import { fieldDefaults, normalizeFields } from './normalize-fields.js';
import { problem, type Reading } from './problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';

type Judged = { fields: ConnectionFields; problems: InputProblem[] };

/** Reads a new connection: its fields as they will be stored, and every problem of the body at once. */
export function judgeNewConnection(
  { value, problems: malformed }: Reading<NewConnection>,
  authorities: readonly EntraAuthority[],
  now: Date,
): Judged {
  const given = normalizeFields(value);
  const broken = new Set(malformed.map(({ field }) => field.split('.')[0]));
  const defaults = Object.entries(fieldDefaults).filter(([field]) => !broken.has(field));
  const fields: Partial<ConnectionFields> = { ...Object.fromEntries(defaults), ...given.fields };
  const problems = [
    ...malformed,
    ...strategyProblems(value.strategy),
    ...given.problems,
    ...authorityProblems(fields.authority, authorities),
    ...fieldProblems(fields),
    ...secretProblems(value.clientSecret, 'clientSecret'),
    ...expiryProblems(value.clientSecretExpiresAt, 'clientSecretExpiresAt', now),
  ];
  return { fields: fields as ConnectionFields, problems };
}

function strategyProblems(strategy: NewConnection['strategy'] | undefined): InputProblem[] {
  if (strategy === undefined || strategy === 'entra-oauth2') return [];
  return [problem('connection.strategy-not-supported', 'strategy')];
}

/** A new connection is a draft: nobody can sign in through it yet. */
export function decideCreate(
  fields: ConnectionFields,
  identity: { connectionId: ConnectionId; tenantId: string; graphOrigin: string; callbackUrl: string },
  credential: Credential,
  now: Date,
): Decision {
  const settings = { ...fields, ...identity, revision: 1, state: 'draft', strategy: 'entra-oauth2' } as const;
  const connection = { settings, credentials: [credential], enabling: null, createdAt: now, updatedAt: now };
  return {
    connection,
    happened: { type: 'ConnectionCreated', data: about(connection) },
    changed: [...Object.keys(fields), 'clientSecret'],
    credentialsChanged: true,
  };
}
