/**
 * Whether a text is an absolute address. `URL.canParse` of Node 20 says no to Latin-1 text such as
 * `https://bücher.example` once it has been called often enough to be optimized.
 */
export function isUrl(text: string): boolean {
  try {
    return Boolean(new URL(text));
  } catch {
    return false;
  }
}
