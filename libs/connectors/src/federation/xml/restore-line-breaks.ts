import { Refusal } from '../../check-list.js';

export type Restored<T> = { verified: T; text: string; lineBreaks: 'as-sent' | 'restored' };

/**
 * Providers that sign a carriage return inside of a value sign it as a reference; on its way through a form and a parser
 * the bare one is lost. With all of them written as references the signature says whether that is what was signed.
 * @throws Refusal of `verify`
 */
export function verifyWithLineBreaks<T>(text: string, verify: (text: string) => T): Restored<T> {
  try {
    return { verified: verify(text), text, lineBreaks: 'as-sent' };
  } catch (error) {
    const altered = error instanceof Refusal && error.code === 'upstream.signature-invalid';
    if (!altered || !text.includes('\r')) throw error;
    const restored = text.replaceAll('\r', '&#xD;');
    try {
      return { verified: verify(restored), text: restored, lineBreaks: 'restored' };
    } catch (again) {
      throw again instanceof Refusal && again.code === 'upstream.key-unknown' ? again : error;
    }
  }
}
