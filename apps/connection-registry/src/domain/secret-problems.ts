import type { InputProblem, Strategy } from '@homerealm/domain';
import { problem } from './problems.js';
import { isEntraStrategy } from './strategy-family.js';

/** Entra shows a secret's id, a GUID, beside its value, and people copy the wrong one. Elsewhere a GUID may be a secret. */
const secretId = /^\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\}?$/i;

/** What is wrong with a client secret as it was given. The secret itself never stands in the answer. */
export function secretProblems(secret: string | null | undefined, field: string, strategy: Strategy): InputProblem[] {
  if (secret === undefined || secret === null) return [];
  const bare = secret.trim();
  if (bare === '') return [problem('connection.secret-empty', field)];
  if (isEntraStrategy(strategy) && secretId.test(bare)) return [problem('connection.secret-is-id', field)];
  return bare !== secret || /[\p{Cc}\p{Cs}]/u.test(secret) ? [problem('connection.secret-malformed', field)] : [];
}

/** A federation may have no app registration, and then no secret of one. */
export function clientProblems({ clientId }: { clientId: string | null }): InputProblem[] {
  return clientId === null ? [problem('connection.client-required', 'clientId')] : [];
}

/** A secret that has expired already is a mistake. */
export function expiryProblems(expiresAt: string | null | undefined, field: string, now: Date): InputProblem[] {
  if (!expiresAt || new Date(expiresAt) > now) return [];
  return [problem('connection.secret-expired', field)];
}
