/** Scripts in everyday use that identifiers may be written in (UAX 31, table 5). */
const scripts = [
  ...['Latin', 'Greek', 'Cyrillic', 'Armenian', 'Georgian', 'Hebrew', 'Arabic', 'Thaana', 'Ethiopic'],
  ...['Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada', 'Malayalam', 'Sinhala'],
  ...['Thai', 'Lao', 'Tibetan', 'Myanmar', 'Khmer', 'Hangul', 'Hiragana', 'Katakana', 'Bopomofo', 'Han'],
];
/** Scripts that one language writes together, beside Latin letters (UTS 39 §5.2, highly restrictive). */
const together = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];
const writtenIn = (set: readonly string[]) =>
  new RegExp(`^[${set.map((script) => `\\p{scx=${script}}`).join('')}\\p{scx=Common}\\p{scx=Inherited}]*$`, 'u');
const allowed = [...scripts.map((script) => [script]), ...together].map(writtenIn);

/** Whether a label could have been written by one hand: `соntoso` with a Cyrillic `о` could not. */
export const isOneScript = (label: string): boolean => allowed.some((pattern) => pattern.test(label));
