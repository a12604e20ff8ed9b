import type { JsonSchema } from '../json-schema.js';

/** A schema uses something that the comparison does not understand. It never passes in silence. */
export class UnknownSchemaError extends Error {
  override readonly name = 'UnknownSchemaError';
}

const words = ['$id', '$schema', 'title', 'description', 'examples', 'deprecated'];
const choices = ['anyOf', 'oneOf'];
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];
/** What can be said of values of each type. */
const constraintsOf: Record<string, readonly string[]> = {
  string: ['pattern', 'format', 'minLength', 'maxLength'],
  number: bounds,
  integer: bounds,
  boolean: [],
  null: [],
  array: ['items', 'minItems', 'maxItems'],
  object: ['properties', 'required', 'additionalProperties', 'propertyNames'],
};

export const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The properties an object schema declares. */
export const propertiesOf = (schema: JsonSchema): Record<string, JsonSchema> =>
  (schema['properties'] ?? {}) as Record<string, JsonSchema>;

export const requiredOf = (schema: JsonSchema): readonly string[] => (schema['required'] ?? []) as string[];

const typesOf = (schema: JsonSchema): string[] => [schema['type'] ?? []].flat() as string[];

/** The shapes a value may have, one type each: the branches of `anyOf` and `oneOf`, flat, or the schema itself. */
export function branchesOf(schema: JsonSchema): JsonSchema[] {
  const inside = schema['anyOf'] ?? schema['oneOf'];
  if (inside !== undefined) return (inside as JsonSchema[]).flatMap(branchesOf);
  const types = typesOf(schema);
  return types.length > 1 ? types.map((type) => asType(schema, type)) : [schema];
}

/** What the schema says of values of one of its types. */
function asType(schema: JsonSchema, type: string): JsonSchema {
  const kept = Object.entries(schema).filter(([keyword]) => constraintsOf[type]?.includes(keyword));
  return { type, ...Object.fromEntries(kept) };
}

/**
 * Makes sure that every part of a schema is of the kind that zod writes and the comparison understands.
 * @throws UnknownSchemaError
 */
export function understand(schema: unknown, path = ''): asserts schema is JsonSchema {
  const refuse = (says: string): never => {
    throw new UnknownSchemaError(`${path || 'data'}: ${says}`);
  };
  if (!isSchema(schema)) return refuse('not a schema');
  const used = Object.keys(schema).filter((keyword) => !words.includes(keyword));
  const choice = used.find((keyword) => choices.includes(keyword));
  if (choice !== undefined && used.length > 1) refuse(`${choice} beside ${used.join(', ')}`);
  const types = typesOf(schema);
  if (types.some((type) => !Object.hasOwn(constraintsOf, type))) refuse('type is none of the seven names');
  if (choice === undefined && used.length > 0 && types.length === 0) refuse('no type');
  const values = types.length > 1 ? [] : ['const', 'enum'];
  const known = ['type', ...choices, ...values, ...types.flatMap((type) => constraintsOf[type] ?? [])];
  const unknown = used.filter((keyword) => !known.includes(keyword));
  if (unknown.length > 0) refuse(`${unknown.join(', ')} cannot be compared`);
  if ('oneOf' in schema && !isToldApart(schema['oneOf'] as JsonSchema[])) {
    refuse('the branches of oneOf are not told apart by one required constant');
  }
  for (const [name, part] of partsOf(schema)) understand(part, path ? `${path}.${name}` : name);
}

function partsOf(schema: JsonSchema): [string, unknown][] {
  const { anyOf, oneOf, items, propertyNames, additionalProperties } = schema;
  return [
    ...((anyOf ?? oneOf ?? []) as unknown[]).map((part, at): [string, unknown] => [`branch ${at + 1}`, part]),
    ...Object.entries(propertiesOf(schema)),
    ...(items === undefined ? [] : [['[]', items] as [string, unknown]]),
    ...(propertyNames === undefined ? [] : [['(names)', propertyNames] as [string, unknown]]),
    ...(additionalProperties === undefined || typeof additionalProperties === 'boolean'
      ? []
      : [['*', additionalProperties] as [string, unknown]]),
  ];
}

/** Then "exactly one" and "any" mean the same. */
function isToldApart(branches: JsonSchema[]): boolean {
  const names = requiredOf(branches[0] ?? {});
  return names.some((name) => {
    const values = branches.map((branch) =>
      requiredOf(branch).includes(name) ? propertiesOf(branch)[name]?.['const'] : undefined,
    );
    return !values.includes(undefined) && new Set(values).size === values.length;
  });
}
