import { createHash, createPrivateKey, randomUUID, sign, X509Certificate, constants } from 'node:crypto';
import type { EntraCredential } from './entra-connection.js';

/** Entra accepts minutes of difference between clocks; five are its own libraries' choice. */
const assertionLifetime = 5 * 60;

/**
 * The parameters that prove to a token endpoint who we are: the secret itself, or a signed assertion
 * (RFC 7523, PS256 with the certificate's SHA-256 thumbprint).
 * @param now seconds since 1970
 * @throws Error when key or certificate cannot be read
 */
export function clientAuthentication(
  credential: EntraCredential,
  { clientId, tokenEndpoint, now }: { clientId: string; tokenEndpoint: string; now: number },
): Record<string, string> {
  if (credential.kind === 'client-secret') return { client_secret: credential.value };
  const thumbprint = createHash('sha256')
    .update(new X509Certificate(credential.certificatePem).raw)
    .digest('base64url');
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': thumbprint };
  const claims = {
    aud: tokenEndpoint,
    iss: clientId,
    sub: clientId,
    jti: randomUUID(),
    iat: now,
    nbf: now,
    exp: now + assertionLifetime,
  };
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: signPs256(header, claims, credential.privateKeyPem),
  };
}

function signPs256(header: object, claims: object, privateKeyPem: string): string {
  const input = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(input), {
    key: createPrivateKey(privateKeyPem),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  });
  return `${input}.${signature.toString('base64url')}`;
}
