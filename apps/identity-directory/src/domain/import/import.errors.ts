import { defineErrors } from '@homerealm/domain';

/** What is wrong with a whole import, or with what is asked of it. */
export const importErrors = defineErrors({
  'import.not-found': { kind: 'not-found', says: 'No import has this id.' },
  'import.not-receiving': { kind: 'conflict', says: 'The import takes no more parts: it was started or has ended.' },
  'import.ended': { kind: 'conflict', says: 'The import has ended already.' },
  'import.parts-missing': {
    kind: 'conflict',
    says: 'The parts that were received are not those from 1 to this number.',
  },
  'import.part-broken': { kind: 'invalid', says: 'The part does not have the checksum that was sent along.' },
  'import.bad-checksum': { kind: 'invalid', says: 'X-Content-SHA256 takes 64 hexadecimal digits.' },
  'import.bad-part': { kind: 'invalid', says: 'Parts are numbered from 1 to 10000.' },
  'import.wrong-type': { kind: 'invalid', says: 'Send text/csv or application/x-ndjson, in UTF-8.' },
  'import.too-large': { kind: 'invalid', says: 'The file is larger than this service takes.' },
  'import.upload-broken': { kind: 'invalid', says: 'The upload ended before its end. Send this part again.' },
  'import.no-header': { kind: 'invalid', says: 'The first row must name the columns.' },
  'import.unknown-column': { kind: 'invalid', says: 'A column of the header has a name that imports do not know.' },
  'import.duplicate-column': { kind: 'invalid', says: 'Two columns of the header mean the same.' },
  'import.quote-not-closed': { kind: 'invalid', says: 'A quoted cell never ends.' },
  'import.unreadable': { kind: 'invalid', says: 'The file cannot be read as CSV from this row on.' },
  'import.internal': { kind: 'unavailable', says: 'Something went wrong on our side, several times at this place.' },
  'import.not-utf8': { kind: 'invalid', says: 'Holds bytes that are not UTF-8.' },
  'import.row-too-long': { kind: 'invalid', says: 'The row is longer than 262144 bytes.' },
});

/** Why one row of a file is left out. */
export const rowErrors = defineErrors({
  'import.not-utf8': { kind: 'invalid', says: 'Holds bytes that are not UTF-8.' },
  'import.row-too-long': { kind: 'invalid', says: 'The row is longer than 262144 bytes.' },
  'import.not-json': { kind: 'invalid', says: 'The line is not a JSON object.' },
  'import.unknown-field': { kind: 'invalid', says: 'The line has a field that imports do not know.' },
  'import.too-many-cells': { kind: 'invalid', says: 'The row has more cells than the header has columns.' },
  'import.invalid-value': { kind: 'invalid', says: 'The value does not fit this column.' },
  'import.no-identity': { kind: 'invalid', says: 'The row needs an email or a phone.' },
  'import.connection-not-found': { kind: 'invalid', says: 'No connection has this name.' },
  'import.connection-not-enterprise': { kind: 'invalid', says: 'This connection makes no enterprise identities.' },
  'import.object-id-not-entra': { kind: 'invalid', says: 'An Entra object id needs a connection to Entra.' },
  'import.organization-not-found': { kind: 'invalid', says: 'No organization has this id or external id.' },
  'import.provided-id-differs': { kind: 'conflict', says: 'The user has another provided_id.' },
  'import.profile-differs': { kind: 'conflict', says: 'The user has another value here; imports change none.' },
  'import.email-differs': { kind: 'conflict', says: 'The user has another email; imports change none.' },
  'import.phone-differs': { kind: 'conflict', says: 'The user has another phone; imports change none.' },
  'import.username-differs': { kind: 'conflict', says: 'The user has another username; imports change none.' },
  'import.object-id-differs': { kind: 'conflict', says: 'The user waits for, or has, another Entra account.' },
  'import.conflict': { kind: 'conflict', says: 'The row met a change that somebody else made at the same time.' },
});

export type RowErrorCode = keyof typeof rowErrors.table;
export type FileErrorCode = keyof typeof importErrors.table;
