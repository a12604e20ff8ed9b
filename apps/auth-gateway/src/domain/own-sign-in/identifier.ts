import type { OwnSignInPolicies } from '@homerealm/contracts';
import { Email, normalizeEmail } from '@homerealm/domain';

/** What somebody typed to say who they are. `canonical` is the form that is compared, counted and sent to. */
export type Identifier = { by: 'email' | 'phone' | 'username'; typed: string; canonical: string };

/**
 * Reads the one field of the sign-in page. An address always counts, for it may lead to a company's provider; a phone
 * or a username only where the policies let it sign in.
 */
export function readIdentifier(
  text: string,
  allowed: Pick<OwnSignInPolicies, 'phone' | 'username'>,
): Identifier | undefined {
  const typed = text.trim();
  if (typed.includes('@')) return readEmail(typed);
  if (allowed.phone && typed.startsWith('+')) return readPhone(typed);
  return allowed.username ? readUsername(typed) : undefined;
}

/** An address, or undefined. */
export function readEmail(text: string): Identifier | undefined {
  const email = Email.safeParse(text);
  const canonical = normalizeEmail(text);
  if (!email.success || canonical === undefined) return undefined;
  return { by: 'email', typed: asOwned(email.data, canonical), canonical };
}

/**
 * The code goes to the canonical address, so that is what is proved. The spelling somebody typed is kept only where it
 * differs by nothing but ASCII capitals: a Kelvin sign must not become part of somebody's address.
 */
const asOwned = (typed: string, canonical: string): string =>
  typed.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) === canonical ? typed : canonical;

/** International form; people like to write blanks, dots, dashes and brackets into it. */
function readPhone(typed: string): Identifier | undefined {
  const canonical = typed.replace(/[\s().\-–]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(canonical) ? { by: 'phone', typed: canonical, canonical } : undefined;
}

/** As coarse as any comparison of usernames may be: nobody gets more tries by another spelling. */
function readUsername(typed: string): Identifier | undefined {
  return /^[A-Za-z0-9_-]{2,64}$/.test(typed) ? { by: 'username', typed, canonical: typed.toLowerCase() } : undefined;
}
