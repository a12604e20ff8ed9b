import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { ProviderRecord, RecordKind, StoredRecord } from '../../use-cases/provider-records.port.js';
import { isRecordKind, keyOf } from './record-keys.js';
import { UnitOfWork } from './unit-of-work.js';

/** Finds an application as the library's client metadata. */
export type FindClient = (id: string) => Promise<AdapterPayload | undefined>;

/** The library's storage interface on the unit of work of the request. */
export function recordAdapter(findClient: FindClient): (name: string) => Adapter {
  return (name) => {
    if (name === 'Client') return onlyFinding(findClient);
    return isRecordKind(name) ? new RecordAdapter(name) : new NothingStored();
  };
}

class RecordAdapter implements Adapter {
  constructor(private readonly kind: RecordKind) {}

  async find(id: string): Promise<AdapterPayload | undefined> {
    const unit = UnitOfWork.required();
    const record = await unit.find(keyOf(this.kind, id));
    if (record === undefined || !isForThisBrowser(record, unit)) return undefined;
    // A suspended user's session is none.
    if (record.kind === 'Session' && record.ended.user) return undefined;
    if (record.kind === 'Interaction' && record.facts) unit.facts = record.facts;
    return toPayload(record, id);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    const record = await UnitOfWork.required().findSession(uid);
    // Whoever looks a session up by its uid has no use for its id, and the id is not stored.
    return record && !record.ended.user ? toPayload(record, '') : undefined;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const unit = UnitOfWork.required();
    const key = keyOf(this.kind, id);
    const facts = this.kind === 'Interaction' ? factsOfResult(payload, unit) : undefined;
    const userId = typeof payload.accountId === 'string' ? payload.accountId : (facts?.userId ?? null);
    unit.save({
      ...key,
      payload: withoutOwnColumns(payload),
      grantId: this.kind === 'Grant' ? id : (payload.grantId ?? null),
      sessionUid: payload.uid ?? payload.sessionUid ?? null,
      userId,
      binding: this.kind === 'Interaction' ? (unit.browser.binding ?? null) : null,
      facts: facts === undefined ? factsFor(this.kind, userId, unit) : facts,
      expiresAt: new Date(Date.now() + expiresIn * 1_000),
    });
  }

  async consume(id: string): Promise<void> {
    UnitOfWork.required().use(keyOf(this.kind, id));
  }

  async destroy(id: string): Promise<void> {
    const unit = UnitOfWork.required();
    if (this.kind === 'Grant') unit.endGrant(id);
    unit.drop(keyOf(this.kind, id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    UnitOfWork.required().endGrant(grantId);
  }

  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
}

/** The id is kept as a hash or as the key, the use as a column. */
function withoutOwnColumns(payload: AdapterPayload): Record<string, unknown> {
  return Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'jti' && name !== 'consumed'));
}

function factsFor(kind: RecordKind, userId: string | null, unit: UnitOfWork): ProviderRecord['facts'] {
  if (userId === null || (kind !== 'Session' && kind !== 'Grant')) return null;
  return unit.factsOf(userId) ?? null;
}

/** A finished interaction that the browser itself takes on keeps what was proved until then. */
function factsOfResult({ result }: AdapterPayload, unit: UnitOfWork): ProviderRecord['facts'] {
  return result?.['login'] === undefined ? null : (unit.facts ?? null);
}

/** A pending request is only there for the browser it began in. */
const isForThisBrowser = ({ kind, binding }: StoredRecord, { browser }: UnitOfWork): boolean =>
  kind !== 'Interaction' || (binding !== null && binding === browser.binding);

function toPayload({ payload, consumedAt }: StoredRecord, id: string): AdapterPayload {
  const consumed = consumedAt === null ? {} : { consumed: Math.floor(consumedAt.getTime() / 1_000) };
  return { ...payload, jti: id, ...consumed };
}

const onlyFinding = (find: FindClient): Adapter => Object.assign(new NothingStored(), { find });

/** Access tokens are signed and not stored; other models are not in use. */
class NothingStored implements Adapter {
  async find(_id: string): Promise<AdapterPayload | undefined> {
    return undefined;
  }
  async findByUid(): Promise<undefined> {
    return undefined;
  }
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }
  async upsert(): Promise<void> {
    throw new Error('this model is not stored');
  }
  async consume(): Promise<void> {}
  async destroy(): Promise<void> {}
  async revokeByGrantId(): Promise<void> {}
}
