import type { JsonSchema } from '../json-schema.js';
import { branchesOf, isSchema, propertiesOf, requiredOf, understand } from './read-schema.js';

/** What a reader demands that a writer does not promise. */
export type Demand =
  | 'type'
  | 'values'
  | 'text'
  | 'number'
  | 'list-length'
  | 'required-field'
  | 'known-fields-only'
  | 'field-names'
  | 'branch';

export type Misfit = { demand: Demand; path: string; says: string };

/**
 * What one version may write and another would refuse to read. Both schemas are as consumers check them; a writer writes
 * declared fields only, so for it every object that declares fields is closed.
 *
 * The answer errs on the safe side: no misfit means that every value can be read; a misfit may be a false alarm where two
 * schemas say the same in different ways.
 * @throws UnknownSchemaError for a keyword that it does not know
 */
export function misfits(writer: JsonSchema, reader: JsonSchema): Misfit[] {
  understand(writer);
  understand(reader);
  return compare(writer, reader, '');
}

function compare(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  const readers = branchesOf(reader);
  return branchesOf(writer).flatMap((written) => {
    const outcomes = readers.map((read) => compareBranch(written, read, path));
    if (outcomes.some((outcome) => outcome.length === 0)) return [];
    const alike = outcomes.filter((_, at) => isVersionOf(written, readers[at] ?? {}, readers.length > 1));
    const [closest] = alike.sort((a, b) => a.length - b.length);
    return closest ?? [misfit('branch', path, `nothing reads ${inWords(written)}`)];
  });
}

function compareBranch(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  const wrongType = compareType(writer, reader, path);
  if (wrongType.length > 0) return wrongType;
  return [
    ...compareValues(writer, reader, path),
    ...compareText(writer, reader, path),
    ...compareBounds(writer, reader, path),
    ...compareItems(writer, reader, path),
    ...compareObject(writer, reader, path),
  ];
}

function compareType(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  const [written, read] = [writer['type'], reader['type']];
  if (read === undefined || written === read || (written === 'integer' && read === 'number')) return [];
  return [misfit('type', path, `${String(written ?? 'anything')} is not ${String(read)}`)];
}

const valuesOf = (schema: JsonSchema): unknown[] | undefined =>
  'const' in schema ? [schema['const']] : (schema['enum'] as unknown[] | undefined);

function compareValues(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  const [written, read] = [valuesOf(writer), valuesOf(reader)];
  if (read === undefined) return [];
  if (written === undefined) return [misfit('values', path, `only ${JSON.stringify(read)} can be read`)];
  const refused = written.filter((value) => !read.includes(value));
  return refused.length === 0 ? [] : [misfit('values', path, `${JSON.stringify(refused)} cannot be read`)];
}

function compareText(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  return ['pattern', 'format'].flatMap((keyword) =>
    reader[keyword] === undefined || reader[keyword] === writer[keyword]
      ? []
      : [misfit('text', path, `the ${keyword} is not promised`)],
  );
}

type Side = 'lower' | 'upper';
const bounds: [keyword: string, side: Side, demand: Demand][] = [
  ['minLength', 'lower', 'text'],
  ['maxLength', 'upper', 'text'],
  ['minItems', 'lower', 'list-length'],
  ['maxItems', 'upper', 'list-length'],
  ['minimum', 'lower', 'number'],
  ['maximum', 'upper', 'number'],
];

function compareBounds(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  return bounds.flatMap(([keyword, side, demand]) => {
    const demanded = bound(reader, keyword);
    if (demanded === undefined) return [];
    const promised = bound(writer, keyword);
    const kept = promised !== undefined && (side === 'lower' ? promised >= demanded : promised <= demanded);
    return kept ? [] : [misfit(demand, path, `${keyword} ${demanded} is not promised`)];
  });
}

/** For whole numbers "greater than 0" is "at least 1"; for others the exclusive bound counts as its own kind. */
function bound(schema: JsonSchema, keyword: string): number | undefined {
  const own = schema[keyword] as number | undefined;
  if (keyword !== 'minimum' && keyword !== 'maximum') return own;
  const exclusive = schema[`exclusive${keyword === 'minimum' ? 'Minimum' : 'Maximum'}`] as number | undefined;
  if (exclusive === undefined) return own;
  const step = schema['type'] === 'integer' ? 1 : Number.EPSILON * Math.max(1, Math.abs(exclusive));
  const inside = keyword === 'minimum' ? exclusive + step : exclusive - step;
  return own === undefined ? inside : keyword === 'minimum' ? Math.max(own, inside) : Math.min(own, inside);
}

const anything: JsonSchema = {};
const asSchema = (value: unknown): JsonSchema => (isSchema(value) ? value : anything);

function compareItems(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  if (reader['items'] === undefined) return [];
  return compare(asSchema(writer['items']), asSchema(reader['items']), `${path}[]`);
}

/** What stands in fields that are not declared; undefined when there are none. */
function undeclared(schema: JsonSchema, role: 'writer' | 'reader'): JsonSchema | undefined {
  const { additionalProperties: more } = schema;
  if (more === false) return undefined;
  if (more === undefined && role === 'writer' && 'properties' in schema) return undefined;
  return asSchema(more);
}

function compareObject(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  if (reader['type'] !== 'object') return [];
  const [written, read] = [propertiesOf(writer), propertiesOf(reader)];
  const [writtenMore, readMore] = [undeclared(writer, 'writer'), undeclared(reader, 'reader')];
  const at = (name: string) => (path ? `${path}.${name}` : name);
  const field = (name: string, may: JsonSchema | undefined, can: JsonSchema | undefined): Misfit[] => {
    if (may === undefined) return [];
    return can ? compare(may, can, at(name)) : [misfit('known-fields-only', at(name), 'an unknown field is refused')];
  };
  const names = [...new Set([...Object.keys(written), ...Object.keys(read)])];
  return [
    ...requiredOf(reader)
      .filter((name) => !requiredOf(writer).includes(name))
      .map((name) => misfit('required-field', at(name), 'may be missing, and is required')),
    ...names.flatMap((name) => field(name, written[name] ?? writtenMore, read[name] ?? readMore)),
    ...field('*', writtenMore, readMore),
    ...compareNames(writer, reader, path),
  ];
}

function compareNames(writer: JsonSchema, reader: JsonSchema, path: string): Misfit[] {
  const demanded = reader['propertyNames'];
  if (demanded === undefined) return [];
  const declared = Object.keys(propertiesOf(writer)).map((name): JsonSchema => ({ type: 'string', const: name }));
  const free = undeclared(writer, 'writer') ? [asSchema(writer['propertyNames'] ?? { type: 'string' })] : [];
  return [...declared, ...free].flatMap((name) =>
    compare(name, asSchema(demanded), '').map(({ says }) => misfit('field-names', path, says)),
  );
}

/** Not told apart by a constant and, where there is a choice, of the same type: then one is a version of the other. */
function isVersionOf(one: JsonSchema, other: JsonSchema, hasChoice: boolean): boolean {
  if (hasChoice && one['type'] !== other['type']) return false;
  const others = propertiesOf(other);
  return Object.entries(propertiesOf(one)).every(([name, { const: value }]) => {
    const constant = others[name]?.['const'];
    return value === undefined || constant === undefined || value === constant;
  });
}

function inWords(schema: JsonSchema): string {
  const constants = Object.entries(propertiesOf(schema)).filter(([, { const: value }]) => value !== undefined);
  const told = constants.map(([name, { const: value }]) => `${name} ${JSON.stringify(value)}`);
  return [String(schema['type'] ?? 'anything'), ...told].join(' with ');
}

const misfit = (demand: Demand, path: string, says: string): Misfit => ({ demand, path, says });
