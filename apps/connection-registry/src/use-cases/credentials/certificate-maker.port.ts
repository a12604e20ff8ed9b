export type CertificateWish = { commonName: string; notBefore: Date; notAfter: Date };

/** Makes key pairs with self-signed certificates. */
export abstract class CertificateMaker {
  abstract make(wish: CertificateWish): Promise<{ certificatePem: string; privateKeyPem: string }>;
}
