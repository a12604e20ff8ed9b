import { X509Certificate } from 'node:crypto';
import { Refusal } from '../../check-list.js';
import { attributeOf, childrenNamed, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';

const ds = (name: string) => ({ namespace: ns.signature, name });
const mostCertificates = 20;
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

const invalid = (problem: string) => new Refusal('upstream.metadata', 'upstream.metadata-invalid', { problem });

/**
 * The certificates that a role signs with, as PEM, each once: RSA keys of at least 2048 bits, the only ones its
 * signatures are accepted of. Validity periods are not looked at: the metadata says which ones count.
 * @throws Refusal `upstream.metadata-invalid`
 */
export function readSigningCertificates(role: Element): string[] {
  const texts = childrenNamed(role, { namespace: ns.metadata, name: 'KeyDescriptor' })
    .filter((key) => (attributeOf(key, 'use') ?? 'signing') === 'signing')
    .flatMap((key) => childrenNamed(key, ds('KeyInfo')))
    .flatMap((info) => childrenNamed(info, ds('X509Data')))
    .flatMap((data) => childrenNamed(data, ds('X509Certificate')))
    .map((certificate) => textOf(certificate));
  if (texts.length > mostCertificates * 2) throw invalid('certificates');
  const fit = texts.map(readCertificate).filter(isFit);
  const distinct = [...new Map(fit.map((certificate) => [certificate.fingerprint256, certificate])).values()];
  if (distinct.length === 0) throw invalid('no-certificate');
  if (distinct.length > mostCertificates) throw invalid('certificates');
  return distinct.map((certificate) => certificate.toString());
}

function readCertificate(text: string | undefined): X509Certificate {
  const plain = text?.replace(/[ \t\r\n]+/g, '') ?? '';
  if (plain.length > 16_384 || !base64.test(plain)) throw invalid('certificate');
  try {
    return new X509Certificate(Buffer.from(plain, 'base64'));
  } catch {
    throw invalid('certificate');
  }
}

function isFit({ publicKey }: X509Certificate): boolean {
  return publicKey.asymmetricKeyType === 'rsa' && (publicKey.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048;
}
