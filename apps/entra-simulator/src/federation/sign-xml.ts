import type { KeyObject } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import type { Xml } from './xml.js';

/** Who signs: a private key and its certificate. */
export type Signer = { privateKey: KeyObject; pem: string };

type Place = { reference: string; action: 'append' | 'after' | 'prepend' };
type Options = { signer: Signer; at: Place; sha1?: boolean; idAttribute?: string };

const algorithms = {
  sha256: ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'http://www.w3.org/2001/04/xmlenc#sha256'],
  sha1: ['http://www.w3.org/2000/09/xmldsig#rsa-sha1', 'http://www.w3.org/2000/09/xmldsig#sha1'],
} as const;
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';

/** The document with an enveloped signature over its root element, certificate in KeyInfo. */
export function signXml(document: Xml, { signer, at, sha1 = false, idAttribute }: Options): Xml {
  const [signatureAlgorithm, digestAlgorithm] = algorithms[sha1 ? 'sha1' : 'sha256'];
  const signed = new SignedXml({
    privateKey: signer.privateKey,
    publicCert: signer.pem,
    signatureAlgorithm,
    canonicalizationAlgorithm: exclusive,
    ...(idAttribute ? { idAttribute } : {}),
  });
  signed.addReference({ xpath: '/*', digestAlgorithm, transforms: [enveloped, exclusive] });
  signed.computeSignature(document.xml, { location: at });
  return { xml: signed.getSignedXml() };
}
