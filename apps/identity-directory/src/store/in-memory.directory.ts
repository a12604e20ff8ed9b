import { isUpstreamSignIn, type SignInRequest, type SignInResponse } from '@homerealm/contracts';
import { upstreamAccountText, type UserId } from '@homerealm/domain';
import { destinationId } from '../domain/admit-to-organization.js';
import type { Happened } from '../domain/happened.js';
import type { Link } from '../domain/link.js';
import type { Organization } from '../domain/organization.js';
import { isPending, type Identity, type User } from '../domain/user.js';
import {
  Directory,
  DirectoryConflict,
  type Concerned,
  type ConflictOn,
  type UserChange,
} from '../use-cases/directory.port.js';

/** The directory without a database, for specs. It passes the same suite as the one on Postgres. */
export class InMemoryDirectory extends Directory {
  users = new Map<UserId, User>();
  readonly organizations = new Map<string, Organization>();
  readonly happened: Happened[] = [];
  links: Link[] = [];
  private readonly answers = new Map<string, { request: string; response: SignInResponse }>();

  async concernedBy(request: SignInRequest): Promise<Concerned> {
    const wanted = isUpstreamSignIn(request)
      ? destinationId(request.connection, request.organizationId)
      : request.organizationId;
    const answered = this.answers.get(request.attemptId);
    return structuredClone({
      users: [...this.users.values()],
      organization: (wanted && this.organizations.get(wanted)) ?? null,
      answered: answered ? { sameRequest: answered.request === keyOf(request), response: answered.response } : null,
    });
  }

  async find(userId: UserId): Promise<User | null> {
    return structuredClone(this.users.get(userId) ?? null);
  }

  async save({ before, after, beside = [], happened, answered, linked, undone }: UserChange): Promise<void> {
    if (answered && this.answers.has(answered.request.attemptId)) throw new DirectoryConflict('attempt');
    const users = new Map(this.users);
    for (const one of [{ before, after }, ...beside]) this.store(users, one);
    this.users = users;
    this.happened.push(...happened);
    if (answered) this.remember(answered.request, answered.response);
    if (linked) this.links.push(structuredClone(linked));
    if (undone)
      this.links = this.links.map((one) =>
        one.linkId === undone.linkId ? { ...one, undone: { at: undone.at, userId: undone.userId } } : one,
      );
  }

  async keepAnswer(request: SignInRequest, response: SignInResponse): Promise<void> {
    if (this.answers.has(request.attemptId)) throw new DirectoryConflict('attempt');
    this.remember(request, response);
  }

  private store(users: Map<UserId, User>, { before, after }: Pick<UserChange, 'before' | 'after'>): void {
    const stored = before ? users.get(before.userId) : undefined;
    if (before && stored?.revision !== before.revision) throw new DirectoryConflict('revision');
    if (after) {
      if (after.organizations.some((one) => !this.organizations.has(one))) throw new DirectoryConflict('organization');
      const taken = findTaken(users, after);
      if (taken) throw new DirectoryConflict(taken);
      users.set(after.userId, structuredClone({ ...after, revision: after.revision + 1 }));
    } else if (before) {
      users.delete(before.userId);
      this.links = this.links.filter((one) => one.userId !== before.userId);
    }
  }

  private remember(request: SignInRequest, response: SignInResponse): void {
    this.answers.set(request.attemptId, { request: keyOf(request), response: structuredClone(response) });
  }
}

/** What the unique indexes of the database would find. */
function findTaken(users: Map<UserId, User>, user: User): ConflictOn | undefined {
  const others = [...users.values()].filter(({ userId }) => userId !== user.userId);
  const theirs = others.flatMap(({ identities }) => identities);
  for (const [on, keyOfIdentity] of uniques) {
    const taken = new Set(theirs.map(keyOfIdentity));
    const own = user.identities.map(keyOfIdentity).filter((key) => key !== undefined);
    if (new Set(own).size < own.length || own.some((key) => taken.has(key))) return on;
  }
  return undefined;
}

const keyOf = ({ dryRun: _, ...request }: SignInRequest): string => JSON.stringify(request);

const uniques: [ConflictOn, (identity: Identity) => string | undefined][] = [
  ['account', ({ account }) => (account ? upstreamAccountText(account) : undefined)],
  ['verified-email', ({ type, verified, canon }) => (type === 'email' && verified ? `${canon}` : undefined)],
  ['verified-phone', ({ type, verified, canon }) => (type === 'phone' && verified ? `${canon}` : undefined)],
  ['username', ({ type, canon }) => (type === 'username' ? `${canon}` : undefined)],
  ['pending', (one) => (isPending(one) ? `${one.connectionId} ${one.canon}` : undefined)],
  [
    'pending',
    (one) => (isPending(one) && one.expectedObjectId ? `${one.connectionId} ${one.expectedObjectId}` : undefined),
  ],
];
