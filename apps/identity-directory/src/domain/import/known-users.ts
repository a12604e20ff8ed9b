import { upstreamAccountText, type UserId } from '@homerealm/domain';
import type { Identity, User } from '../user.js';
import type { WantedUser } from './import-row.js';

/** A user as imports see them. */
export type KnownUser = { user: User; providedId: string | null };

/** By what a user is found. Each key is one text, so that sets of them can be looked up. */
export const keys = {
  provided: (id: string) => `provided|${id}`,
  /** A verified email identity. */
  email: (canon: string) => `email|${canon}`,
  /** An email identity that nobody proved. */
  claimed: (canon: string) => `claimed|${canon}`,
  /** An enterprise account whose email was proven. */
  proven: (canon: string) => `proven|${canon}`,
  /** An enterprise identity that still waits, on whatever connection. */
  waiting: (canon: string) => `waiting|${canon}`,
  enterprise: (connectionId: string | null, canon: string) => `enterprise|${connectionId}|${canon}`,
  object: (connectionId: string | null, objectId: string) => `object|${connectionId}|${objectId}`,
  /** An Entra account that signed in, through whatever connection. */
  account: (tenantId: string, objectId: string) =>
    `account|${upstreamAccountText({ kind: 'entra', tenantId, objectId })}`,
  username: (canon: string) => `username|${canon}`,
  phone: (canon: string) => `phone|${canon}`,
};

export function keysOf({ user, providedId }: KnownUser): string[] {
  const own = user.identities.flatMap(keysOfIdentity);
  return providedId === null ? own : [keys.provided(providedId), ...own];
}

function keysOfIdentity(identity: Identity): string[] {
  const { type, canon, verified, emailProven, account, connectionId } = identity;
  if (type === 'enterprise') {
    const found = canon === null ? [] : [keys.enterprise(connectionId, canon)];
    if (canon !== null && account === null) found.push(keys.waiting(canon));
    if (canon !== null && account !== null && emailProven) found.push(keys.proven(canon));
    if (account?.kind === 'entra') found.push(keys.account(account.tenantId, account.objectId));
    const objectId = objectIdOf(identity);
    return objectId === null ? found : [...found, keys.object(connectionId, objectId)];
  }
  if (canon === null || type === 'social') return [];
  if (type === 'email') return [verified ? keys.email(canon) : keys.claimed(canon)];
  return [keys[type](canon)];
}

/** The Entra account an enterprise identity waits for, or has. */
export const objectIdOf = ({ account, expectedObjectId }: Identity): string | null =>
  account === null ? expectedObjectId : account.kind === 'entra' ? account.objectId.toLowerCase() : null;

/** Every key by which somebody could be found whom the row concerns. */
export function keysConcernedBy({ providedId, identities, tenantId }: WantedUser): string[] {
  const concerned = identities.flatMap(({ type, canon, connectionId, expectedObjectId }) => {
    if (canon === null || type === 'social') return [];
    if (type === 'email') return [keys.email(canon), keys.claimed(canon), keys.proven(canon), keys.waiting(canon)];
    if (type !== 'enterprise') return [keys[type](canon)];
    const byEmail = [keys.enterprise(connectionId, canon), keys.email(canon)];
    if (expectedObjectId === null) return byEmail;
    const byObject = tenantId === null ? [] : [keys.account(tenantId, expectedObjectId)];
    return [...byEmail, ...byObject, keys.object(connectionId, expectedObjectId)];
  });
  return providedId === null ? concerned : [keys.provided(providedId), ...concerned];
}

/** Users that some rows concern, found by their keys; kept up to date while rows are decided one after the other. */
export class KnownUsers {
  private readonly users = new Map<UserId, KnownUser>();
  private readonly byKey = new Map<string, Set<UserId>>();

  constructor(known: Iterable<KnownUser> = []) {
    for (const one of known) this.put(one);
  }

  put(known: KnownUser): void {
    const { userId } = known.user;
    const before = this.users.get(userId);
    for (const key of before ? keysOf(before) : []) this.byKey.get(key)?.delete(userId);
    this.users.set(userId, known);
    for (const key of keysOf(known)) this.byKey.set(key, (this.byKey.get(key) ?? new Set()).add(userId));
  }

  /** Users with this key, the oldest first. */
  with(key: string): KnownUser[] {
    const ids = this.byKey.get(key);
    if (!ids) return []; // nearly always: most rows are about somebody new
    return [...ids].sort().flatMap((userId) => this.users.get(userId) ?? []);
  }

  /** The oldest user with this key. */
  one(key: string): KnownUser | undefined {
    return this.with(key)[0];
  }
}
