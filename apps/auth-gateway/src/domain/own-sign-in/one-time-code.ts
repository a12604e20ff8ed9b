/**
 * Eight digits: whoever guesses from many networks, ten times an hour at each of a thousand accounts, gets into one of
 * them within about a year. With six it would be days.
 */
export const codeDigits = 8;
export const codeMilliseconds = 10 * 60_000;
/** Wrong tries after which a code is worth nothing any more. */
export const mostTries = 5;

/** @param below a random whole number from 0 up to, and without, its argument; every one as likely as any other */
export const newCode = (below: (bound: number) => number): string =>
  String(below(10 ** codeDigits)).padStart(codeDigits, '0');

/** What somebody typed, without the blanks and dashes people put in; undefined when it cannot be a code. */
export function readCode(typed: string): string | undefined {
  const digits = typed.normalize('NFKC').replace(/[\s\-–]/g, '');
  return new RegExp(`^\\d{${codeDigits}}$`).test(digits) ? digits : undefined;
}

/** In two groups, as it is easier to copy. */
export const spokenCode = (code: string): string => `${code.slice(0, codeDigits / 2)} ${code.slice(codeDigits / 2)}`;

/** A code as it was before this try. Times in milliseconds since 1970. */
export type TriedCode = { expiresAt: number; provedAt: number | null; wrongTries: number };

export type CodeVerdict = 'right' | 'wrong' | 'over';

/** A code that is too old, was used, or was tried too often is over: then even the right digits are worth nothing. */
export function judgeCode(code: TriedCode | null, matches: boolean, now: number): CodeVerdict {
  if (!code || code.expiresAt <= now || code.provedAt !== null || code.wrongTries >= mostTries) return 'over';
  return matches ? 'right' : 'wrong';
}
