import { SignedXml } from 'xml-crypto';
import { Refusal } from '../../check-list.js';
import { canonicalText } from '../xml/canonical-text.js';
import { childrenNamed } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';
import { signatureAlgorithms } from '../xml/signature-shape.js';
import type { TokenInEnvelope } from './read-envelope.js';

/**
 * Asks xml-crypto about an answer that our own verification let pass: it must find the same element signed, by one of the
 * same certificates. It is asked last, because it takes seconds over documents that nobody would sign.
 * @param token letter by letter as it was verified
 * @param signed the element as we read it from the signed bytes
 * @param certificates PEM, of those who may sign
 * @throws Refusal `upstream.second-opinion`
 */
export function askLibrary(token: TokenInEnvelope, signed: Element, certificates: readonly string[]): void {
  const [signature] = childrenNamed(token.assertion, { namespace: ns.signature, name: 'Signature' });
  const ours = canonicalText(signed);
  const agrees = certificates.some((certificate) => {
    const theirs = signature && signedText(token, signature, certificate);
    return theirs !== undefined && canonicalText(readDocument(theirs)) === ours;
  });
  if (!agrees) throw new Refusal('upstream.library', 'upstream.second-opinion');
}

/** What the library finds signed; undefined when it is not satisfied, for whatever reason. */
function signedText({ text, version }: TokenInEnvelope, signature: Element, certificate: string): string | undefined {
  const library = new SignedXml({
    publicCert: certificate,
    getCertFromKeyInfo: () => null,
    // Those it knows already must not be named again: it would find every element twice.
    ...(version === '2.0' ? {} : { idAttribute: 'AssertionID' }),
  });
  const known = Object.entries(library.SignatureAlgorithms).filter(([name]) => signatureAlgorithms.has(name));
  library.SignatureAlgorithms = Object.fromEntries(known) as SignedXml['SignatureAlgorithms'];
  try {
    library.loadSignature(signature);
    if (!library.checkSignature(text)) return undefined;
  } catch {
    return undefined;
  }
  const [canonical, ...more] = library.getSignedReferences();
  return more.length === 0 ? canonical : undefined;
}
