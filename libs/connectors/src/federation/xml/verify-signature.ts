import { createHash, createPublicKey, verify, X509Certificate, type KeyObject } from 'node:crypto';
import { Refusal } from '../../check-list.js';
import { canonicalText } from './canonical-text.js';
import { attributeOf, childrenNamed, isNamed, textOf, withDescendants } from './elements.js';
import { ns } from './names.js';
import { readDocument } from './read-document.js';
import { readSignatureParts, readSignedInfo, type SignatureParts } from './signature-shape.js';

/** An element that must be signed, in a document that was read with `readDocument`. */
export type SignedElement = {
  /** Of the whole document. */
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
 * Verifies an enveloped signature (XML Signature §3.2) with the given certificates only; what the document says about keys
 * gains nothing. No element is ever looked up by its id: the one that is asked about is the one that is hashed. The
 * answer is read anew from the bytes that are signed: nothing else of the document may be believed.
 * @returns the signed element, without its signature, as root of a document of its own
 * @throws Refusal `upstream.signature-missing`, `upstream.signature-structure`, `upstream.algorithm-refused`,
 *   `upstream.signature-invalid`; `upstream.key-unknown` when it is whole but none of the certificates made it
 */
export function verifySignature(question: SignedElement): Element {
  const { root, signed, idName, certificates } = question;
  const parts = readSignatureParts(root, signed, idName);
  const signedInfo = canonicalText(parts.signedInfo);
  // Read from the very bytes the signature is over.
  const info = readSignedInfo(readDocument(signedInfo), parts.id);
  const canonical = canonicalText(signed, { without: parts.signature, prefixes: info.prefixes });
  if (!createHash(info.digestHash).update(canonical).digest().equals(info.digest)) throw invalid('digest');
  const bytes = Buffer.from(signedInfo);
  const made = publicKeys(certificates).some((key) => verify(info.signatureHash, bytes, key, parts.value));
  if (made) return readSigned(canonical, question);
  if (namesKnownCertificate(parts, certificates)) throw invalid('value');
  throw new Refusal('upstream.signature', 'upstream.key-unknown');
}

const invalid = (problem: string) => new Refusal('upstream.signature', 'upstream.signature-invalid', { problem });

/** Of RSA only: the algorithms that are accepted are of no other kind. */
const publicKeys = (certificates: readonly string[]): KeyObject[] =>
  certificates.map((pem) => createPublicKey(pem)).filter((key) => key.asymmetricKeyType === 'rsa');

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
function namesKnownCertificate({ keyInfo }: SignatureParts, certificates: readonly string[]): boolean {
  const known = new Set(certificates.map((pem) => new X509Certificate(pem).raw.toString('base64')));
  return (keyInfo ? childrenNamed(keyInfo, ds('X509Data')) : [])
    .flatMap((data) => childrenNamed(data, ds('X509Certificate')))
    .some((certificate) => known.has((textOf(certificate) ?? '').replace(/\s+/g, '')));
}
