import type { ReplayFrom } from '@homerealm/events/operations';
import { UsageError } from './failures.js';

const wrong = () =>
  new UsageError('--from takes beginning, a time with its zone (2026-01-15T09:30:00Z), or offsets (0:120,1:95).');

/** @throws UsageError */
export function readFrom(text: string): ReplayFrom {
  if (text === 'beginning') return text;
  if (/^\d+:\d+(,\d+:\d+)*$/.test(text)) return { offsets: readOffsets(text) };
  // Without a zone it would mean another moment on another machine.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text)) throw wrong();
  const since = new Date(text);
  if (Number.isNaN(since.getTime())) throw wrong();
  return { since };
}

function readOffsets(text: string): Map<number, bigint> {
  const offsets = new Map<number, bigint>();
  for (const [partition = '', offset = ''] of text.split(',').map((pair) => pair.split(':'))) {
    if (offsets.has(Number(partition))) throw new UsageError(`--from names partition ${partition} twice.`);
    offsets.set(Number(partition), BigInt(offset));
  }
  return offsets;
}
