import { isSocialConnection, type ConnectionSettings, type SignInResponse } from '@homerealm/contracts';
import type { UpstreamAccount } from '@homerealm/domain';

/** Whether this account might have to be asked for an email at all: a social one whose provider gave none. */
export function lacksEmail(connection: ConnectionSettings, { claims }: UpstreamAccount): boolean {
  return isSocialConnection(connection) && connection.identityType === 'social' && claims.email === undefined;
}

/**
 * Whether the person is asked for one: only while nobody has the account yet. What they prove then is theirs from the
 * beginning, and may lead to the user they already are.
 * @param foreseen what the directory would do
 */
export function asksForEmail(foreseen: SignInResponse): boolean {
  return foreseen.outcome === 'refused' ? foreseen.code === 'user.not-provisioned' : foreseen.change === 'created';
}
