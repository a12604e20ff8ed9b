import type { UserResponse } from '@homerealm/contracts';
import { lastAttemptOf } from './attempts.js';
import { fact } from './fact.js';
import type { Tokens } from './relying-party.js';
import { claimsOf } from './show.js';
import type { Stage } from './stage.js';
import { tellRecord } from './tell-record.js';

/** What is told when a provider signs in somebody whom nobody knew. */
export const ofSomebodyNew: readonly string[] = [
  'UserCreated',
  'IdentityAdded',
  'ProfileClaimsReceived',
  'ProfileSynced',
  'UserSignedIn',
];

/** Everything that a sign-in came to, in a few lines: user, identities, tokens, record, events. */
export async function tellSignIn(stage: Stage, tokens: Tokens, events: readonly string[]): Promise<void> {
  const { api, file, say } = stage;
  const user = await api.get<UserResponse>(`${file.urls.directory}/users/${tokens.sub}`);
  fact(say, 'user', user.userId);
  user.identities.forEach((identity, index) => fact(say, index === 0 ? 'identities' : '', wordsOf(identity)));
  fact(say, 'ID token', claimsIn(tokens.idToken, idClaims));
  fact(say, 'access token', claimsIn(tokens.accessToken, accessClaims) || 'no groups, no organization');
  tellRecord(say, await lastAttemptOf(tokens.sub, api, file));
  await stage.tellEvents(tokens.sub, events);
}

const wordsOf = ({ type, value, verified, primary }: UserResponse['identities'][number]): string => {
  const marks = [...(verified ? ['verified'] : []), ...(primary ? ['primary'] : [])];
  return `${type} ${value ?? ''}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
};

const idClaims = ['email', 'email_verified', 'given_name', 'family_name', 'ext_provider'];
const accessClaims = ['org_code', 'ext_groups', 'ext_groups_status', 'extra_claims'];

function claimsIn(jwt: string, names: readonly string[]): string {
  const claims = claimsOf(jwt) as Record<string, unknown>;
  return names
    .filter((name) => name in claims)
    .map((name) => `${name} ${brief(claims[name])}`)
    .join(', ');
}

/** Lists and objects by their size; a provider by its name. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return 'name' in value ? String(value.name) : `{${Object.keys(value).length}}`;
}
