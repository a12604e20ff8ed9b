import { domainToASCII, domainToUnicode } from 'node:url';
import { isOneScript } from './one-script.js';

/** Nearly every name is one for which IDNA changes but the case: asking for it takes most of the time. */
const plain = /^([a-z0-9-]+\.)+[a-z]+$/i;

/**
 * A domain name in the one form we store and compare: lower case, IDNA A-labels (UTS 46), no leading `@`, no dot at
 * the end, at least two labels. Returns undefined when the text is no such name (an IP address is none), or when a label
 * mixes scripts to look like another name. A label wholly of another script is a name like any other: it is shown and
 * compared as its A-label, which looks like nothing else.
 */
export function normalizeDomainName(text: string): string | undefined {
  const trimmed = text
    .trim()
    .replace(/^@/, '')
    .replace(/[.。．｡]$/u, '');
  if (trimmed.length === 0 || trimmed.length > 253 || /[\s/\\?#@:%[\]]/u.test(trimmed)) return undefined;
  const isPlain = plain.test(trimmed) && !trimmed.includes('--');
  const ascii = isPlain ? trimmed.toLowerCase() : domainToASCII(trimmed.normalize('NFC'));
  if (ascii === '' || ascii.length > 253) return undefined;
  const labels = ascii.split('.');
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  if (!labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label))) return undefined;
  return isPlain || domainToUnicode(ascii).split('.').every(isOneScript) ? ascii : undefined;
}
