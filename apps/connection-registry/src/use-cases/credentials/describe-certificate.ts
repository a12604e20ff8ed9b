import { X509Certificate } from 'node:crypto';
import type { CertificateResponse } from '@homerealm/contracts';

/** The public half of a certificate credential, with the thumbprints by which Entra lists it. */
export function describeCertificate(pem: string): CertificateResponse {
  const certificate = new X509Certificate(pem);
  const bare = (fingerprint: string) => fingerprint.replaceAll(':', '');
  return {
    pem,
    subject: certificate.subject,
    thumbprint: bare(certificate.fingerprint),
    thumbprintSha256: bare(certificate.fingerprint256),
    notBefore: new Date(certificate.validFrom).toISOString(),
    notAfter: new Date(certificate.validTo).toISOString(),
  };
}
