/**
 * A flat array of texts or numbers as the text Postgres reads arrays from; any other value as it is. The driver would
 * escape and join element by element, which for thousands of them takes longer, and leaves more garbage, than anything
 * else it does. JSON is written at once, and escapes quotes and backslashes as Postgres does.
 */
export function arrayLiteral(value: unknown): unknown {
  if (!Array.isArray(value) || !value.every(isPlain)) return value;
  const json = JSON.stringify(value);
  // Control characters and halves of a pair: here JSON has escapes of its own. Rare, so an escaped backslash may count too.
  return /\\[^"\\]/.test(json) ? value : `{${json.slice(1, -1)}}`;
}

const isPlain = (element: unknown): boolean =>
  typeof element === 'string' || element === null || (typeof element === 'number' && Number.isFinite(element));
