export type JsonObject = { readonly [name: string]: unknown };

/** Whether a parsed JSON value is an object (no array, no null). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field of the object itself, never of its prototype. */
export function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/**
 * A text field, trimmed. Undefined when it is absent, empty, of another type, longer than `max`, or holds what no
 * database takes or no reader sees: control characters and half surrogates.
 */
export function ownText(object: JsonObject, name: string, max: number): string | undefined {
  const value = own(object, name);
  // Trimming and searching cost time in proportion: what is far too long is not looked at.
  if (typeof value !== 'string' || value.length > max + 64) return undefined;
  const text = value.trim();
  return text !== '' && text.length <= max && !/[\p{Cc}\p{Cs}]/u.test(text) ? text : undefined;
}

const guidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The GUID in lower case, or undefined when the value is none. */
export function guid(value: unknown): string | undefined {
  return typeof value === 'string' && guidForm.test(value) ? value.toLowerCase() : undefined;
}
