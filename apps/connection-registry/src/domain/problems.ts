import { type ErrorKind, type InputProblem, InvalidInput } from '@homerealm/domain';
import { type ConnectionErrorCode, connectionErrors } from './connection.errors.js';

/**
 * A body as far as it could be read: the fields that have the right form, and what is wrong with the others. Rules
 * add their problems to the list, so that all of one body are told together.
 */
export type Reading<Body extends object> = { value: Partial<Body>; problems: readonly InputProblem[] };

/** A problem from the error table; `about` is put in front where a sentence must name the culprit. */
export function problem(code: ConnectionErrorCode, field: string, about?: string): InputProblem {
  const { says } = connectionErrors.table[code];
  return { field, code, says: about === undefined ? says : `${about}: ${says}` };
}

/** @throws InvalidInput with all problems, if there are any */
export function refuse(problems: readonly InputProblem[]): void {
  if (problems.length === 0) return;
  throw new InvalidInput(problems, kindOf(problems));
}

/** What all problems have in common; 400 where they differ or a field is malformed. */
function kindOf(problems: readonly InputProblem[]): ErrorKind {
  const table: Record<string, { kind: ErrorKind }> = connectionErrors.table;
  const kinds = new Set(problems.map(({ code }) => table[code]?.kind ?? 'invalid'));
  const [only] = kinds;
  return kinds.size === 1 && only !== undefined ? only : 'invalid';
}
