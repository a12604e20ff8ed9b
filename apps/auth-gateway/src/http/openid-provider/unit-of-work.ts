import { AsyncLocalStorage } from 'node:async_hooks';
import { nothingEnded, type Ended } from '../../domain/admit-again.js';
import type { KnownGroups, TokenGroups } from '../../domain/groups-for-token.js';
import type { SignInFacts } from '../../domain/sign-in-facts.js';
import type { Browser } from '../../use-cases/interactions.port.js';
import type { WayBack } from '../../use-cases/sign-out/sign-outs.port.js';
import type {
  LogoutNotice,
  ProviderRecord,
  ProviderRecords,
  RecordKey,
  SignedOut,
  StoredRecord,
} from '../../use-cases/provider-records.port.js';
import { nameOf } from './record-keys.js';

/** What the session's sign-in had proved, and the registered address to go back to, where one was asked for. */
export type SignOutAsked = { facts: SignInFacts; back: Omit<WayBack, 'goesTo'> | null };

const current = new AsyncLocalStorage<UnitOfWork>();

/**
 * What one provider request reads and changes. The library asks for records one by one; here they are read together
 * and kept, and changes wait until `flush` writes all of them at once, before the answer leaves.
 */
export class UnitOfWork {
  private readonly known = new Map<string, StoredRecord | null>();
  private readonly put = new Map<string, ProviderRecord>();
  private readonly used = new Map<string, RecordKey>();
  private readonly dropped = new Map<string, RecordKey>();
  private readonly endedGrants = new Set<string>();
  readonly alongside: (() => Promise<void>)[] = [];
  readonly happened: SignedOut[] = [];
  readonly notices: LogoutNotice[] = [];
  /** What the sign-in that this request completes, or goes on from, has proved. */
  facts: SignInFacts | undefined;
  /** Of the session that the person of this request asked to end. */
  signOutAsked: SignOutAsked | undefined;
  /** The groups that the tokens of this request may state, once they have been decided on. */
  tokenGroups: TokenGroups | undefined;
  /** The application that asks, where it is known before the first read. */
  applicationId: string | undefined;

  constructor(
    private readonly records: ProviderRecords,
    public browser: Browser,
  ) {}

  /** The unit of the request we are in. */
  static get current(): UnitOfWork | undefined {
    return current.getStore();
  }

  static required(): UnitOfWork {
    const unit = current.getStore();
    if (unit === undefined) throw new Error('a record was asked for outside of a provider request');
    return unit;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return current.run(this, work);
  }

  async find(key: RecordKey): Promise<StoredRecord | undefined> {
    const name = nameOf(key);
    if (this.dropped.has(name)) return undefined;
    const own = this.put.get(name);
    if (own) return { groups: null, ended: nothingEnded, ...own, consumedAt: null };
    if (!this.known.has(name)) await this.prefetch(key);
    return this.known.get(name) ?? undefined;
  }

  async prefetch(...keys: RecordKey[]): Promise<void> {
    const unknown = keys.filter((key) => !this.known.has(nameOf(key)));
    if (unknown.length === 0) return;
    const records = await this.records.read(unknown, this.applicationId);
    for (const key of unknown) this.known.set(nameOf(key), null);
    for (const record of records) this.known.set(nameOf(record), record);
  }

  /** A session by its uid, among those this request has read: they come with the code or token that hangs on them. */
  async findSession(uid: string): Promise<StoredRecord | undefined> {
    const own = [...this.put.values()].find((record) => record.kind === 'Session' && record.sessionUid === uid);
    if (own) return { groups: null, ended: nothingEnded, ...own, consumedAt: null };
    const all = [...this.known.values()];
    const record = all.find((candidate) => candidate?.kind === 'Session' && candidate.sessionUid === uid);
    return record && !this.dropped.has(nameOf(record)) ? record : undefined;
  }

  save(record: ProviderRecord): void {
    this.dropped.delete(nameOf(record));
    this.put.set(nameOf(record), record);
  }

  use(key: RecordKey): void {
    this.used.set(nameOf(key), key);
  }

  drop(key: RecordKey): void {
    this.put.delete(nameOf(key));
    this.dropped.set(nameOf(key), key);
  }

  endGrant(grantId: string): void {
    for (const [name, record] of this.put) if (record.grantId === grantId) this.put.delete(name);
    this.endedGrants.add(grantId);
  }

  /** The sign-in a user's tokens speak of: this request's, else the grant's, else the session's. */
  factsOf(userId: string): SignInFacts | undefined {
    const theirs = [this.facts, ...this.factsIn('Grant'), ...this.factsIn('Session')];
    return theirs.find((facts) => facts?.userId === userId) ?? undefined;
  }

  groupsOf(userId: string): KnownGroups | null {
    return this.ofUser(userId).find(({ groups }) => groups !== null)?.groups ?? null;
  }

  /** The sign-in of the session, where the browser came with one: it is the newest of them. */
  sessionFactsOf(userId: string): SignInFacts | undefined {
    const theirs = [this.facts, ...this.factsIn('Session'), ...this.factsIn('Grant')];
    return theirs.find((facts) => facts?.userId === userId) ?? undefined;
  }

  hasEnded(userId: string): boolean {
    return this.ofUser(userId).some(({ ended }) => ended.user);
  }

  /** What was heard since of what these facts rest on. Facts of this very request are as new as can be. */
  endedSince(facts: SignInFacts): Ended {
    const rests = [...this.known.values()].find((record) => record !== null && record.facts === facts);
    return { ...(rests?.ended ?? nothingEnded), user: this.hasEnded(facts.userId) };
  }

  /**
   * Writes everything. False when a code or refresh token was used by another request meanwhile: nothing is written
   * then, and its grant ends, for one of the two was stolen (RFC 6749 §4.1.2, RFC 9700 §4.14.2).
   */
  async flush(): Promise<boolean> {
    const { happened, alongside, notices } = this;
    const put = [...this.put.values()];
    const use = [...this.used.values()];
    const drop = [...this.dropped.values()];
    const endGrants = [...this.endedGrants];
    if (await this.records.write({ put, use, drop, endGrants, happened, notices, alongside })) return true;
    const grants = use.map((key) => this.known.get(nameOf(key))?.grantId).filter((id) => typeof id === 'string');
    const nothing = { put: [], use: [], drop: [], happened: [], notices: [], alongside: [] };
    await this.records.write({ ...nothing, endGrants: grants });
    return false;
  }

  private factsIn(kind: 'Grant' | 'Session'): (SignInFacts | null)[] {
    return [...this.put.values(), ...this.known.values()].map((record) =>
      record?.kind === kind ? record.facts : null,
    );
  }

  private ofUser(userId: string): StoredRecord[] {
    return [...this.known.values()].filter((record) => record !== null && record.userId === userId) as StoredRecord[];
  }
}
