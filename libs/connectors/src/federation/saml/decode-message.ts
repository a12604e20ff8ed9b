import { inflateRawSync } from 'node:zlib';
import { isObject } from '../../json.js';
import { answerLimits, documentRefusal, malformed } from '../xml/document-limits.js';

const longestText = Math.ceil((answerLimits.maxBytes * 4) / 3) + 16_384;

/**
 * The XML text inside a form field or a query parameter: base64 (line breaks in it are usual in forms), strict UTF-8.
 * @throws Refusal `upstream.document-malformed`, `upstream.document-too-large`
 */
export function decodeMessage(text: string, form: 'plain' | 'deflated'): string {
  if (text.length > longestText) throw documentRefusal('upstream.document-too-large', 'base64');
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw malformed('base64');
  return decodeUtf8(form === 'deflated' ? inflate(bytes) : bytes);
}

/** The bytes of a base64 text; undefined for anything that is none, a sloppy end included. */
export function decodeBase64(text: string): Buffer | undefined {
  const bare = text.replace(/[ \t\r\n]/g, '');
  const bytes = Buffer.from(bare, 'base64');
  return bare !== '' && bytes.toString('base64') === bare ? bytes : undefined;
}

/** @throws Refusal `upstream.document-malformed` */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw malformed('utf-8');
  }
}

/** A small text can unfold to gigabytes, so the output is bounded while it grows. */
function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: answerLimits.maxBytes });
  } catch (error) {
    const large = isObject(error) && error['code'] === 'ERR_BUFFER_TOO_LARGE';
    throw large ? documentRefusal('upstream.document-too-large', 'inflated') : malformed('deflate');
  }
}
