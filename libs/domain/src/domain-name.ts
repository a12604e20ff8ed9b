import { domainToASCII } from 'node:url';

/**
 * A domain name in the one form we store and compare: lower case, IDNA A-labels (UTS 46), no leading `@`, no dot at
 * the end, at least two labels. Returns undefined when the text is no such name (an IP address is none).
 */
export function normalizeDomainName(text: string): string | undefined {
  const trimmed = text
    .trim()
    .replace(/^@/, '')
    .replace(/[.。．｡]$/u, '');
  if (trimmed.length === 0 || trimmed.length > 253 || /[\s/\\?#@:%[\]]/u.test(trimmed)) return undefined;
  const ascii = domainToASCII(trimmed.normalize('NFC'));
  if (ascii === '' || ascii.length > 253) return undefined;
  const labels = ascii.split('.');
  if (labels.length < 2 || /^\d+$/.test(labels.at(-1) ?? '')) return undefined;
  return labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) ? ascii : undefined;
}
