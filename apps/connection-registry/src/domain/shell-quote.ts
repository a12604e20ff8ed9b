/**
 * A text as one word of a POSIX shell command, whatever is in it (XCU §2.2.2: inside single quotes everything stands
 * for itself). No shell can hold the character NUL, so it is left out.
 */
export function shellQuote(text: string): string {
  const bare = text.replaceAll('\0', '');
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(bare) ? bare : `'${bare.replaceAll("'", `'\\''`)}'`;
}
