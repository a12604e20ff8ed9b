import { createHash } from 'node:crypto';
import type { RecordKey, RecordKind } from '../../use-cases/provider-records.port.js';

const kinds: readonly RecordKind[] = [
  'Session',
  'Interaction',
  'Grant',
  'AuthorizationCode',
  'RefreshToken',
  'ReplayDetection',
];
/** Whoever holds one of these can act with it, so the database must not be able to give it away. */
const secrets: ReadonlySet<RecordKind> = new Set(['Session', 'AuthorizationCode', 'RefreshToken']);

export const isRecordKind = (name: string): name is RecordKind => (kinds as readonly string[]).includes(name);

/** Under which key the library's model of this id is stored. */
export function keyOf(kind: RecordKind, id: string): RecordKey {
  return { kind, id: secrets.has(kind) ? createHash('sha256').update(id).digest('base64url') : id };
}

export const nameOf = ({ kind, id }: RecordKey): string => `${kind}:${id}`;
