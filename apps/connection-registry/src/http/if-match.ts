import { InvalidInput } from '@homerealm/domain';

/** The ETag of a revision (RFC 9110 §8.8.3). */
export const etagOf = (revision: number): string => `"${revision}"`;

/**
 * The revision an `If-Match` header asks for; undefined when there is none, or `*`, which every revision matches.
 * @throws `request.invalid-field` when it is no ETag of ours
 */
export function revisionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const match = /^(?:W\/)?"?(\d{1,9})"?$/.exec(ifMatch.trim());
  if (match) return Number(match[1]);
  const says = 'Send the ETag of the connection as it was read, such as "3".';
  throw new InvalidInput([{ field: 'If-Match', code: 'request.invalid-field', says }]);
}
