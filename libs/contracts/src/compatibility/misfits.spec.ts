import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { JsonSchema } from '../json-schema.js';
import { misfits } from './misfits.js';
import { UnknownSchemaError } from './read-schema.js';

describe('misfits', () => {
  it.each<[string, JsonSchema]>([
    ['a keyword it does not know', { type: 'string', contentEncoding: 'base64' }],
    ['one it does not know deep inside', { type: 'object', properties: { a: { type: 'array', items: { not: {} } } } }],
    ['a reference', { $ref: '#/$defs/a' }],
    ['a choice with more beside it', { anyOf: [{ type: 'null' }], type: 'string' }],
    ['a default, which readers would make up', { type: 'string', default: 'a' }],
    ['a keyword of another type', { type: 'string', minimum: 3 }],
    ['a type there is not', { type: 'text' }],
    ['a constant of several types', { type: ['string', 'null'], const: null }],
    ['branches of oneOf that nothing tells apart', { oneOf: [{ type: 'string' }, { type: 'string', maxLength: 3 }] }],
  ])('throw on %s instead of passing', (_, schema) => {
    expect(() => misfits(schema, {})).toThrow(UnknownSchemaError);
    expect(() => misfits({}, schema)).toThrow(UnknownSchemaError);
  });

  it('are none between a schema and itself', () => {
    fc.assert(fc.property(schemas, (schema) => misfits(schema, schema).length === 0));
  });

  it('foresee every value that a reader would refuse', () => {
    const pairs = schemas.chain((writer) => fc.tuple(fc.constant(writer), fc.oneof(schemas, changed(writer))));
    const cases = pairs.chain(([writer, reader]) => fc.tuple(fc.constant({ writer, reader }), valuesOf(writer)));
    let readable = 0;
    fc.assert(
      fc.property(cases, ([{ writer, reader }, value]) => {
        if (misfits(writer, reader).length > 0) return true;
        readable += 1;
        return accepts(reader, value);
      }),
      { numRuns: 1000 },
    );
    // Else the property would hold for a comparison that always complains.
    expect(readable).toBeGreaterThan(100);
  });
});

const ajv = new Ajv2020({ strict: false, validateFormats: false, addUsedSchema: false });
const accepts = (schema: JsonSchema, value: unknown): boolean => ajv.compile(schema)(value);

const names = ['a', 'b', 'c'];
const bounds = fc.record({ low: fc.nat(3), span: fc.nat(3) });

/** Schemas of the kind that zod writes. */
const { schemas } = fc.letrec<{ schemas: JsonSchema; leaf: JsonSchema; object: JsonSchema }>((tie) => ({
  leaf: fc.oneof(
    fc.constant<JsonSchema>({ type: 'boolean' }),
    fc.subarray(names, { minLength: 1 }).map((values) => ({ type: 'string', enum: values })),
    fc.constantFrom(...names).map((value) => ({ type: 'string', const: value })),
    bounds.map(({ low, span }) => ({ type: 'string', minLength: low, maxLength: low + span })),
    bounds.map(({ low, span }) => ({ type: 'integer', minimum: low, exclusiveMaximum: low + span + 1 })),
    bounds.map(({ low, span }) => ({ type: 'number', exclusiveMinimum: low, maximum: low + span + 1 })),
  ),
  object: fc
    .tuple(
      fc.dictionary(fc.constantFrom(...names), tie('schemas'), { maxKeys: 3, noNullPrototype: true }),
      fc.subarray(names),
      fc.boolean(),
    )
    .map(([properties, required, closed]) => ({
      type: 'object',
      properties,
      required: required.filter((name) => Object.hasOwn(properties, name)),
      ...(closed ? { additionalProperties: false } : {}),
    })),
  schemas: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'schemas' },
    tie('leaf'),
    tie('object'),
    tie('schemas').map((items) => ({ type: 'array', items, maxItems: 3 })),
    tie('schemas').map((schema) => ({ anyOf: [schema, { type: 'null' }] })),
    bounds.map(({ low, span }) => ({ type: ['string', 'null'], minLength: low, maxLength: low + span })),
    tie('leaf').map((more) => ({
      type: 'object',
      propertyNames: { type: 'string', maxLength: 3 },
      additionalProperties: more,
    })),
  ),
}));

/** The schema with one small change: what a new version looks like. */
const changed = (schema: JsonSchema): fc.Arbitrary<JsonSchema> => {
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const required = (schema['required'] ?? []) as string[];
  if (schema['type'] !== 'object' || properties.length === 0)
    return fc.constantFrom(schema, { anyOf: [schema, schema] });
  return fc.oneof(
    schemas.map((extra) => ({ ...schema, properties: { ...Object.fromEntries(properties), d: extra } })),
    fc.subarray(required).map((still) => ({ ...schema, required: still })),
    fc.subarray(properties).map((kept) => ({
      ...schema,
      properties: Object.fromEntries(kept),
      required: required.filter((name) => kept.some(([key]) => key === name)),
    })),
  );
};

/** Values that a writer of the schema may write: declared fields only. */
function valuesOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const branches = schema['anyOf'] as JsonSchema[] | undefined;
  if (branches) return fc.oneof(...branches.map(valuesOf));
  if ('const' in schema) return fc.constant(schema['const']);
  if ('enum' in schema) return fc.constantFrom(...(schema['enum'] as unknown[]));
  const number = (keyword: string) => schema[keyword] as number;
  if (Array.isArray(schema['type'])) return fc.oneof(fc.constant(null), valuesOf({ ...schema, type: 'string' }));
  switch (schema['type']) {
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'string':
      return fc.string({ unit: 'grapheme-ascii', minLength: number('minLength'), maxLength: number('maxLength') });
    case 'integer':
      return fc.integer({ min: number('minimum'), max: number('exclusiveMaximum') - 1 });
    case 'number':
      return fc.double({ min: number('exclusiveMinimum'), minExcluded: true, max: number('maximum'), noNaN: true });
    case 'array':
      return fc.array(valuesOf(schema['items'] as JsonSchema), { maxLength: number('maxItems') });
    default:
      return objectsOf(schema);
  }
}

function objectsOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  const more = schema['additionalProperties'];
  if (typeof more === 'object') {
    const name = fc.string({ unit: 'grapheme-ascii', maxLength: 3 }).filter((text) => text !== '__proto__');
    return fc.dictionary(name, valuesOf(more as JsonSchema), { maxKeys: 3, noNullPrototype: true });
  }
  const properties = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>);
  const fields = Object.fromEntries(properties.map(([name, field]) => [name, valuesOf(field)]));
  return fc.record(fields, { requiredKeys: schema['required'] as string[], noNullPrototype: true });
}
