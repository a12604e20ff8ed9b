import { z } from 'zod';
import type { AnyTopic } from './define-topic.js';

/** A JSON Schema 2020-12 as plain data. */
export type JsonSchema = { [keyword: string]: unknown };

/** The URN that names the JSON Schema of an event's data. The topic's name holds its major version. */
export const schemaIdOf = (topic: string, type: string): string => `urn:homerealm:schema:${topic}:${type}`;

/**
 * The JSON Schema 2020-12 of an event's data as a consumer checks it: fields that are not declared are allowed where our
 * own consumers skip them, because later versions may bring more.
 * @throws Error for a type the topic does not declare, and for a check that JSON Schema cannot say
 */
export function jsonSchemaOf(topic: AnyTopic, type: string): JsonSchema {
  const declared = Object.hasOwn(topic.events, type) ? topic.events[type] : undefined;
  if (!declared) throw new Error(`${topic.name} declares no ${type}`);
  const schema = toJsonSchema(declared.data, 'input');
  return { $id: schemaIdOf(topic.name, type), title: type, description: declared.says, ...schema };
}

/**
 * A zod check as JSON Schema 2020-12.
 * @param io 'input': what is accepted (open objects); 'output': what comes out (closed objects)
 * @throws Error for what JSON Schema cannot say
 */
export function toJsonSchema(check: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(check, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'throw',
    override: ({ zodSchema, path }) => refuseCustomChecks(zodSchema, path),
  });
}

/** A `refine` is not in the JSON Schema: others could not check it, and a change of it would go unseen. */
function refuseCustomChecks(schema: z.core.$ZodTypes, path: (string | number)[]): void {
  const checks = schema._zod.def.checks ?? [];
  if (checks.some((check) => check._zod.def.check === 'custom')) {
    throw new Error(`${path.join('.') || 'data'}: JSON Schema cannot say this check`);
  }
}
