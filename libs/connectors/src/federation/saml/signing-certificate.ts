import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { EntraCredential } from '../../entra/entra-connection.js';
import { upstreamErrors } from '../../upstream.errors.js';

export type SigningCertificate = { key: KeyObject; certificatePem: string };

type CertificateCredential = Extract<EntraCredential, { kind: 'certificate' }>;

/** The certificates among the credentials, newest first. One that cannot be read is the last. */
export const certificatesNewestFirst = (credentials: readonly EntraCredential[]): CertificateCredential[] =>
  newestFirst(credentials).map(({ credential }) => credential);

/** Their public halves in the same order. One that cannot be read is no use to others. */
export const publicCertificates = (credentials: readonly EntraCredential[]): string[] =>
  newestFirst(credentials)
    .filter(({ begins }) => Number.isFinite(begins))
    .map(({ credential }) => credential.certificatePem);

const newestFirst = (credentials: readonly EntraCredential[]) =>
  credentials
    .filter((credential) => credential.kind === 'certificate')
    .map((credential) => ({ credential, begins: beginOf(credential) }))
    .sort((a, b) => b.begins - a.begins);

function beginOf({ certificatePem }: CertificateCredential): number {
  try {
    return Date.parse(new X509Certificate(certificatePem).validFrom);
  } catch {
    return -Infinity;
  }
}

/**
 * The newest certificate of a connection, to sign with; undefined when it has none.
 * @throws DomainError `upstream.credentials-unusable`
 */
export function signingCertificate(credentials: readonly EntraCredential[]): SigningCertificate | undefined {
  const [newest] = certificatesNewestFirst(credentials);
  if (newest === undefined) return undefined;
  try {
    const key = createPrivateKey(newest.privateKeyPem);
    if (key.asymmetricKeyType !== 'rsa') throw new TypeError('no RSA key');
    return { key, certificatePem: newest.certificatePem };
  } catch {
    throw upstreamErrors('upstream.credentials-unusable');
  }
}
