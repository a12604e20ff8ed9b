import { z } from 'zod';
import { normalizeDomainName } from './domain-name.js';

/** An email address as its owner typed it, trimmed. At most 254 characters (RFC 5321 §4.5.3.1.3). */
export const Email = z
  .string()
  .trim()
  .max(254)
  .refine((text) => splitEmail(text) !== undefined, 'expected an email address');
export type Email = z.infer<typeof Email>;

/**
 * The form two addresses are compared in: the whole address without regard to case (`product.md`), its domain as
 * IDNA A-labels. Returns undefined when the text is no address.
 */
export function normalizeEmail(text: string): string | undefined {
  const parts = splitEmail(text.trim());
  return parts && `${parts.local.normalize('NFC').toLowerCase()}@${parts.domain}`;
}

/** The domain of an address as IDNA A-labels, or undefined when the text is no address. */
export function emailDomain(text: string): string | undefined {
  return splitEmail(text.trim())?.domain;
}

function splitEmail(text: string): { local: string; domain: string } | undefined {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  if (at < 1 || local.length > 64 || text.length > 254 || /[\s\p{C}"<>(),:;\\@]/u.test(local)) return undefined;
  const domain = normalizeDomainName(text.slice(at + 1));
  return domain === undefined ? undefined : { local, domain };
}
