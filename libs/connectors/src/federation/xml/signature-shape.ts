import { Refusal } from '../../check-list.js';
import {
  attributeOf,
  attributesOf,
  childElements,
  childrenNamed,
  isNamed,
  textOf,
  withDescendants,
} from './elements.js';
import { ns } from './names.js';

const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature';
const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
type Hash = 'sha256' | 'sha512';
export const signatureAlgorithms: ReadonlyMap<string, Hash> = new Map([
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#rsa-sha512', 'sha512'],
]);
const digestAlgorithms: ReadonlyMap<string, Hash> = new Map([
  ['http://www.w3.org/2001/04/xmlenc#sha256', 'sha256'],
  ['http://www.w3.org/2001/04/xmlenc#sha512', 'sha512'],
]);
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Attributes that name an element, in all vocabularies that meet here; prefixes do not matter. */
const idNames = new Set(['id', 'assertionid', 'responseid', 'requestid']);

const ds = (name: string) => ({ namespace: ns.signature, name });
const misplaced = (problem: string) => new Refusal('upstream.signature', 'upstream.signature-structure', { problem });
const unaccepted = (problem: string) => new Refusal('upstream.signature', 'upstream.algorithm-refused', { problem });

/** A signature whose parts stand where they belong. What they say is not known yet. */
export type SignatureParts = {
  signature: Element;
  signedInfo: Element;
  value: Buffer;
  keyInfo: Element | undefined;
  id: string;
};

/** What a signature is over, and how. */
export type SignedInfo = { signatureHash: Hash; digestHash: Hash; digest: Buffer; prefixes: string[] };

/**
 * Looks at the place and the parts of an enveloped signature (XML Signature §4; SAML core §5.4): it stands directly in the
 * element, is made of nothing but what belongs to it, and the element has an id that nothing else in the document has.
 * @throws Refusal `upstream.signature-missing`, `upstream.signature-structure`
 */
export function readSignatureParts(root: Element, signed: Element, idName: string): SignatureParts {
  const [signature, ...more] = childrenNamed(signed, ds('Signature'));
  if (!signature) throw new Refusal('upstream.signature', 'upstream.signature-missing');
  if (more.length > 0) throw misplaced('several-signatures');
  const id = checkId(root, signed, idName);
  const [signedInfo, value, keyInfo, ...rest] = childElements(signature);
  const complete = isOne(signedInfo, 'SignedInfo') && isOne(value, 'SignatureValue') && rest.length === 0;
  if (!complete || (keyInfo && !isNamed(keyInfo, ds('KeyInfo')))) throw misplaced('parts');
  return { signature, signedInfo, value: bytesOf(value), keyInfo, id };
}

/** Every id of the document is there once, so that no reader finds another element by it. */
function checkId(root: Element, signed: Element, idName: string): string {
  const id = attributeOf(signed, idName);
  if (id === undefined || !/^[A-Za-z_][A-Za-z0-9_.-]{0,255}$/.test(id)) throw misplaced('id');
  const seen = new Set<string>();
  for (const element of withDescendants(root)) {
    for (const { localName, value } of attributesOf(element)) {
      if (!idNames.has(localName.toLowerCase())) continue;
      if (seen.has(value)) throw misplaced('id-repeated');
      seen.add(value);
    }
  }
  return id;
}

/**
 * Reads SignedInfo: one reference to exactly this element, with the algorithms that are accepted.
 * @throws Refusal `upstream.signature-structure`, `upstream.algorithm-refused`
 */
export function readSignedInfo(signedInfo: Element, id: string): SignedInfo {
  const [canonicalization, method, reference, ...more] = childElements(signedInfo);
  const complete = isOne(canonicalization, 'CanonicalizationMethod') && isOne(method, 'SignatureMethod');
  if (!complete || !isOne(reference, 'Reference') || more.length > 0) throw misplaced('signed-info');
  if (algorithmOf(canonicalization) !== exclusive) throw unaccepted('canonicalization');
  const signatureHash = signatureAlgorithms.get(algorithmOf(method));
  if (signatureHash === undefined) throw unaccepted('signature');
  if (attributeOf(reference, 'URI') !== `#${id}`) throw misplaced('reference');
  const [transforms, digestMethod, value, ...others] = childElements(reference);
  const whole = isOne(transforms, 'Transforms') && isOne(digestMethod, 'DigestMethod') && isOne(value, 'DigestValue');
  if (!whole || others.length > 0) throw misplaced('reference');
  const digest = bytesOf(value);
  const digestHash = digestAlgorithms.get(algorithmOf(digestMethod));
  if (digestHash === undefined) throw unaccepted('digest');
  return { signatureHash, digestHash, digest, prefixes: readTransforms(childElements(transforms)) };
}

/**
 * Without the enveloped signature, then canonical: nothing else.
 * @returns the prefixes that are canonical in another way (Exclusive XML Canonicalization §3)
 */
function readTransforms([first, second, ...more]: Element[]): string[] {
  if (!isOne(first, 'Transform') || !isOne(second, 'Transform') || more.length > 0) throw misplaced('transforms');
  if (algorithmOf(first) !== enveloped) throw unaccepted('transform');
  const [list, ...rest] = childElements(second);
  const plain = rest.length === 0 && (!list || isPrefixList(list));
  if (attributeOf(second, 'Algorithm') !== exclusive || !plain) throw unaccepted('transform');
  return (list ? (attributeOf(list, 'PrefixList') ?? '') : '').split(' ').filter((prefix) => prefix !== '');
}

function isPrefixList(element: Element): boolean {
  const named = isNamed(element, { namespace: exclusive, name: 'InclusiveNamespaces' });
  const list = attributeOf(element, 'PrefixList') ?? '';
  return named && childElements(element).length === 0 && /^[\w.# -]{0,256}$/.test(list);
}

/** Of an element with nothing in it: an algorithm with parameters is another one. */
const algorithmOf = (element: Element): string =>
  childElements(element).length === 0 ? (attributeOf(element, 'Algorithm') ?? '') : '';

function isOne(element: Element | undefined, name: string): element is Element {
  return element !== undefined && isNamed(element, ds(name));
}

/** Blanks go first: a pattern that allows them anywhere takes minutes to say no to a hundred thousand of them. */
function bytesOf(element: Element): Buffer {
  const text = (textOf(element) ?? '').replace(/[ \t\r\n]+/g, '');
  if (!base64.test(text)) throw misplaced('value');
  return Buffer.from(text, 'base64');
}
