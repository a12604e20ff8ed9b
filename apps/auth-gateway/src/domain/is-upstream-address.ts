import { isUrl } from '@homerealm/domain';
/**
 * The same where nobody lists the provider's hosts: https, without user info, and written so that no parser reads it
 * differently. Which hosts a known provider has, its connector knows.
 */
export function isProviderAddress(address: string): boolean {
  return isUrl(address) && isUpstreamAddress(address, new URL(address).origin);
}

/**
 * Whether a browser may be sent to this address: https, on the connection's own authority, without user info. A
 * connector that was led astray by metadata must not turn us into an open redirect.
 */
export function isUpstreamAddress(address: string, authority: string): boolean {
  if (!isUrl(address) || !isUrl(authority)) return false;
  const url = new URL(address);
  return (
    url.protocol === 'https:' &&
    url.origin === new URL(authority).origin &&
    url.username === '' &&
    url.password === '' &&
    !address.includes('\\') &&
    // The raw text must name the origin itself, so that no parser reads it differently.
    address.startsWith(`${url.origin}/`)
  );
}
