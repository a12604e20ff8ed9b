import { InvalidInput, type InputProblem } from '@homerealm/domain';
import { StandardSchemaValidationPipe } from '@nestjs/common';

/** What zod hands over through Standard Schema: its own issues, a little more than the standard's fields. */
type Issue = {
  message: string;
  path?: readonly (PropertyKey | { key: PropertyKey })[] | undefined;
  code?: string;
  keys?: readonly string[];
  input?: unknown;
  params?: { code?: string };
  errors?: readonly (readonly Issue[])[];
};

/** Checks bodies, queries and parameters by their schema and reports all problems together. */
export const validationPipe = () =>
  new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => new InvalidInput(problemsOf(issues)),
  });

/** A schema's issues as problems: which field, a stable code, a sentence. */
export const problemsOf = (issues: readonly object[]): InputProblem[] =>
  issues.flatMap((issue) => toProblems(issue as Issue));

function toProblems(issue: Issue): InputProblem[] {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const closest = closestBranch(issue);
  if (closest) return closest.flatMap((one) => toProblems({ ...one, path: [...path, ...(one.path ?? [])] }));
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => ({
      field: [...path, key].join('.'),
      code: 'request.unknown-field',
      says: `There is no field "${key}".`,
    }));
  }
  const missing = issue.code === 'invalid_type' && / received undefined$/.test(issue.message);
  const code = issue.params?.code ?? (missing ? 'request.missing-field' : 'request.invalid-field');
  return [{ field: path.join('.'), code, says: missing ? 'This field is required.' : issue.message }];
}

/** Of a union that says nothing itself, the form that the input is closest to. */
const closestBranch = ({ code, message, errors }: Issue): readonly Issue[] | undefined =>
  code === 'invalid_union' && message === 'Invalid input' && errors
    ? [...errors].sort((one, other) => one.length - other.length).find((issues) => issues.length > 0)
    : undefined;
