import type { ConnectionId, OrganizationId } from '@homerealm/domain';
import type { ProfileAttribute } from '../profile.js';
import type { Identity } from '../user.js';
import { importErrors, rowErrors, type RowErrorCode } from './import.errors.js';

export const importColumns = [
  'provided_id',
  'email',
  'email_verified',
  'given_name',
  'family_name',
  'picture',
  'username',
  'phone',
  'phone_verified',
  'organization',
  'connection',
  'entra_object_id',
] as const;
export type ImportColumn = (typeof importColumns)[number];

/** Names that other exports give the same columns. */
const aliases: Record<string, ImportColumn> = {
  id: 'provided_id',
  user_id: 'provided_id',
  email_address: 'email',
  first_name: 'given_name',
  last_name: 'family_name',
  surname: 'family_name',
  phone_number: 'phone',
  organization_id: 'organization',
  external_organization_id: 'organization',
  connection_name: 'connection',
  object_id: 'entra_object_id',
};

const known: ReadonlySet<string> = new Set(importColumns);
/** More cells than this is no table of users. */
const mostColumns = 100;

/** The texts of a row by column; an empty cell is absent. */
export type ImportCells = Partial<Record<ImportColumn, string>>;

/** Why a row is left out: code, column and sentence, never a value. */
export type RowProblem = { code: string; field: ImportColumn | null; says: string };

export const rowProblem = (code: RowErrorCode, field: ImportColumn | null = null): RowProblem => ({
  code,
  field,
  says: rowErrors.table[code].says,
});

/** A row of the file, and how many bytes of the file end with it. */
export type ImportLine = { row: number; end: number } & (
  { cells: ImportCells; problem?: undefined } | { cells?: undefined; problem: RowProblem }
);

/** What a row asks for, checked by itself and with its names looked up. */
export type WantedUser = {
  providedId: string | null;
  profile: Partial<Record<ProfileAttribute, string>>;
  /** Either one enterprise identity that waits, or some of email, phone and username. */
  identities: Identity[];
  organizationId: OrganizationId | null;
  /** The tenant of the connection, so that an account that signed in already is found. */
  tenantId: string | null;
};

/** A connection as far as an import needs it. */
export type NamedConnection = {
  connectionId: ConnectionId;
  name: string;
  identityType: 'social' | 'enterprise';
  /** Null where the provider is not Entra. */
  tenantId: string | null;
};

/** The column a header or key means, whatever its case and word breaks. */
export function columnOf(name: string): ImportColumn | undefined {
  const plain = name
    .trim()
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return known.has(plain) ? (plain as ImportColumn) : Object.hasOwn(aliases, plain) ? aliases[plain] : undefined;
}

/** The columns of a CSV header. A header's texts are not repeated: without one they are somebody's data. */
export function readHeader(cells: readonly string[]): ImportColumn[] {
  if (cells.length > mostColumns || cells.every((cell) => cell.trim() === '')) throw importErrors('import.no-header');
  const columns = cells.map((cell, index) => {
    const column = columnOf(cell);
    if (!column) throw importErrors('import.unknown-column', { column: index + 1 });
    return column;
  });
  if (new Set(columns).size < columns.length) throw importErrors('import.duplicate-column');
  return columns;
}

/** The cells of a CSV row by column; a row may be shorter than the header. */
export function readCells(columns: readonly ImportColumn[], row: readonly string[]): ImportCells | RowProblem {
  const cells: ImportCells = {};
  for (const [index, text] of row.entries()) {
    const column = columns[index];
    if (text === '') continue;
    if (!column) return rowProblem('import.too-many-cells');
    // What is not UTF-8 was read as the replacement character.
    if (text.includes('\uFFFD')) return rowProblem('import.not-utf8', column);
    cells[column] = text;
  }
  return cells;
}

/** The cells of a line of NDJSON. Numbers and truth values stand for their texts, null for an empty cell. */
export function readLine(line: string): ImportCells | RowProblem {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return rowProblem('import.not-json');
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return rowProblem('import.not-json');
  const cells: ImportCells = {};
  for (const [key, value] of Object.entries(parsed)) {
    const column = columnOf(key);
    if (!column || cells[column] !== undefined) return rowProblem('import.unknown-field');
    if (value === null || value === '') continue;
    if (!['string', 'number', 'boolean'].includes(typeof value)) return rowProblem('import.invalid-value', column);
    cells[column] = String(value);
  }
  return cells;
}

export const isRowProblem = (read: ImportCells | RowProblem): read is RowProblem => 'says' in read;
