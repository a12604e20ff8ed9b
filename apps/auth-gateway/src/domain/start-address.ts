/**
 * Where a browser goes to begin a sign-in that its person began elsewhere (OpenID Connect Core §4). The application
 * checks `iss`, and begins an ordinary sign-in with this connection. Nothing else is said: whatever came in was nobody's
 * word yet.
 */
export function startAddress(initiateLoginUri: string, issuer: string, connectionId: string): string {
  const url = new URL(initiateLoginUri);
  url.searchParams.set('iss', issuer);
  url.searchParams.set('connection_id', connectionId);
  return url.href;
}
