import type { ConnectionInput, ConnectionSettings, EntraConnectionSettings } from '@homerealm/contracts';
import type { ConnectionId, InputProblem, Strategy } from '@homerealm/domain';
import {
  about,
  type Connection,
  type ConnectionFields,
  type Credential,
  type Decision,
  type SomeFields,
} from './connection.js';
import { authorityProblems, type EntraAuthority, fieldProblems } from './field-problems.js';
import { defaultsOf, normalizeFields } from './normalize-fields.js';
import { problem, type Reading } from './problems.js';
import { expiryProblems, secretProblems } from './secret-problems.js';
import type { SocialIssuers } from './social-issuers.js';

/** What the operator says about providers. */
export type Upstreams = { authorities: readonly EntraAuthority[]; issuers: SocialIssuers };
type Judged = { fields: ConnectionFields; problems: InputProblem[] };

/** Reads a new connection: its fields as they will be stored, and every problem of the body at once. */
export function judgeNewConnection(
  { value, problems: malformed }: Reading<ConnectionInput>,
  { authorities, issuers }: Upstreams,
  now: Date,
): Judged {
  // Without a strategy only what all have in common can be judged, and a connection to Google has no more.
  const strategy = value.strategy ?? 'google';
  const given = normalizeFields(value, strategy);
  const broken = new Set(malformed.map(({ field }) => field.split('.')[0]));
  const defaults = Object.entries(defaultsOf(strategy)).filter(([field]) => !broken.has(field));
  const fields: SomeFields = { ...Object.fromEntries(defaults), ...given.fields };
  const known: Partial<Record<Strategy, string>> = issuers;
  if (known[strategy] !== undefined) fields.issuer = known[strategy];
  const problems = [
    ...malformed,
    ...strategyProblems(value.strategy),
    ...given.problems,
    ...authorityProblems(fields.authority, authorities),
    ...fieldProblems(fields),
    ...secretProblems(value.clientSecret, 'clientSecret', strategy),
    ...expiryProblems(value.clientSecretExpiresAt, 'clientSecretExpiresAt', now),
  ];
  return { fields: fields as ConnectionFields, problems };
}

function strategyProblems(strategy: Strategy | undefined): InputProblem[] {
  const later = strategy === 'entra-wsfed' || strategy === 'entra-saml';
  return later ? [problem('connection.strategy-not-supported', 'strategy')] : [];
}

/** What a connection is from its first moment on, and what its tenant was found to be. */
export type NewIdentity = { strategy: Strategy; connectionId: ConnectionId; callbackUrl: string } & Partial<
  Pick<EntraConnectionSettings, 'tenantId' | 'graphOrigin'>
>;

/** A new connection is a draft: nobody can sign in through it yet. */
export function decideCreate(
  fields: ConnectionFields,
  identity: NewIdentity,
  credential: Credential,
  now: Date,
): Decision {
  const settings = { ...fields, ...identity, revision: 1, state: 'draft' } as ConnectionSettings;
  const connection: Connection = {
    settings,
    credentials: [credential],
    enabling: null,
    proofs: [],
    createdAt: now,
    updatedAt: now,
  };
  return {
    connection,
    happened: { type: 'ConnectionCreated', data: about(connection) },
    changed: [...Object.keys(fields), 'clientSecret'],
    credentialsChanged: true,
  };
}
