import { X509Certificate } from 'node:crypto';
import { SignedXml } from 'xml-crypto';
import { Refusal } from '../../check-list.js';
import { attributeOf, childrenNamed, isNamed, onlyChild, textOf, withDescendants } from './elements.js';
import { ns } from './names.js';
import { readDocument } from './read-document.js';
import { checkSignatureShape, signatureAlgorithms } from './signature-shape.js';

/** An element that must be signed, in a document that was read with `readDocument`. */
export type SignedElement = {
  /** The whole document, letter by letter as it was read. */
  text: string;
  root: Element;
  /** The one that must be signed; it holds its signature. */
  signed: Element;
  /** Attribute that holds its id: `ID`, or `AssertionID` in SAML 1.1. */
  idName: 'ID' | 'AssertionID';
  /** PEM, of those who may sign. */
  certificates: readonly string[];
  /** Elements inside of it have signatures of their own, which the caller verifies one by one. */
  signedInside?: boolean;
};

/**
 * Verifies an enveloped signature (XML Signature) with the given certificates only; what the document says about keys
 * gains nothing. The answer is read anew from the bytes that are signed: nothing else of the document may be believed.
 * @returns the signed element, without its signature, as root of a document of its own
 * @throws Refusal `upstream.signature-missing`, `upstream.signature-structure`, `upstream.algorithm-refused`,
 *   `upstream.signature-invalid`; `upstream.key-unknown` when it is whole but none of the certificates made it
 */
export function verifySignature(question: SignedElement): Element {
  const { root, signed, idName, certificates } = question;
  const signature = checkSignatureShape(root, signed, idName);
  for (const certificate of certificates) {
    const verified = tryCertificate(question, signature, certificate);
    if (verified === 'altered') throw invalid('digest');
    if (verified !== 'other-key') return readSigned(verified, question);
  }
  if (namesKnownCertificate(signature, certificates)) throw invalid('value');
  throw new Refusal('upstream.signature', 'upstream.key-unknown');
}

const invalid = (problem: string) => new Refusal('upstream.signature', 'upstream.signature-invalid', { problem });

/** The canonical text that is signed; `altered` when the element is not what was signed, whoever did. */
function tryCertificate({ text, idName }: SignedElement, signature: Element, certificate: string): string {
  const verifier = new SignedXml({
    publicCert: certificate,
    getCertFromKeyInfo: () => null,
    // Those it knows already must not be named again: it would find every element twice.
    ...(idName === 'ID' ? {} : { idAttribute: idName }),
  });
  verifier.SignatureAlgorithms = accepted(verifier.SignatureAlgorithms);
  verifier.loadSignature(signature);
  try {
    if (!verifier.checkSignature(text)) return 'altered';
  } catch (error) {
    // Its only word for a wrong signature value. Anything else is a document it cannot work on.
    if (error instanceof Error && error.message.includes('signature value')) return 'other-key';
    throw invalid('unverifiable');
  }
  const [canonical, ...more] = verifier.getSignedReferences();
  if (canonical === undefined || more.length > 0) throw invalid('references');
  return canonical;
}

function accepted(all: SignedXml['SignatureAlgorithms']): SignedXml['SignatureAlgorithms'] {
  const known = Object.entries(all).filter(([name]) => signatureAlgorithms.includes(name));
  return Object.fromEntries(known) as SignedXml['SignatureAlgorithms'];
}

/** The same element by name and id, and without any signature left in it that is not accounted for. */
function readSigned(canonical: string, { signed, idName, signedInside = false }: SignedElement): Element {
  const root = readDocument(canonical);
  const same =
    isNamed(root, { namespace: signed.namespaceURI ?? '', name: signed.localName }) &&
    attributeOf(root, idName) === attributeOf(signed, idName);
  const signatures = [...withDescendants(root)].filter((element) => isNamed(element, ds('Signature')));
  if (!same || (signatures.length > 0 && !signedInside)) throw invalid('signed-part');
  return root;
}

const ds = (name: string) => ({ namespace: ns.signature, name });

/** A hint for the record and for whether to look for newer certificates; nothing is verified with it. */
function namesKnownCertificate(signature: Element, certificates: readonly string[]): boolean {
  const known = new Set(certificates.map((pem) => new X509Certificate(pem).raw.toString('base64')));
  const info = onlyChild(signature, ds('KeyInfo'));
  return (info ? childrenNamed(info, ds('X509Data')) : [])
    .flatMap((data) => childrenNamed(data, ds('X509Certificate')))
    .some((certificate) => known.has((textOf(certificate) ?? '').replace(/\s+/g, '')));
}
