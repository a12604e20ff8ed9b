/** The object without the named fields. */
export function omit<Source extends object, Key extends keyof Source>(
  source: Source,
  ...keys: readonly Key[]
): Omit<Source, Key> {
  const left = Object.entries(source).filter(([key]) => !keys.includes(key as Key));
  return Object.fromEntries(left) as Omit<Source, Key>;
}
