import { ImportId } from '@homerealm/domain';
import { importErrors } from '../domain/import/import.errors.js';

export function importIdOf(text: string): ImportId {
  const parsed = ImportId.safeParse(text);
  if (!parsed.success) throw importErrors('import.not-found');
  return parsed.data;
}

export function partOf(text: string): number {
  const part = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (part < 1 || part > 10_000) throw importErrors('import.bad-part');
  return part;
}
