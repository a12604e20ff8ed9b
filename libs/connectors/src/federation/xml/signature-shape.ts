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
export const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#';
export const signatureAlgorithms = [
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
];
const digestAlgorithms = ['http://www.w3.org/2001/04/xmlenc#sha256', 'http://www.w3.org/2001/04/xmlenc#sha512'];
const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
/** Attributes that name an element, in all vocabularies that meet here; prefixes do not matter. */
const idNames = new Set(['id', 'assertionid', 'responseid', 'requestid']);

const ds = (name: string) => ({ namespace: ns.signature, name });
const misplaced = (problem: string) => new Refusal('upstream.signature', 'upstream.signature-structure', { problem });
const unaccepted = (problem: string) => new Refusal('upstream.signature', 'upstream.algorithm-refused', { problem });

/**
 * Looks at everything about an enveloped signature that can be seen before any arithmetic: it stands directly in the
 * element, covers exactly this element by an id that nothing else in the document has, and is made of nothing but what
 * belongs to it, with the algorithms that are accepted (XML Signature §4; SAML core §5.4).
 * @returns the Signature element
 * @throws Refusal `upstream.signature-missing`, `upstream.signature-structure`, `upstream.algorithm-refused`
 */
export function checkSignatureShape(root: Element, signed: Element, idName: string): Element {
  const [signature, ...more] = childrenNamed(signed, ds('Signature'));
  if (!signature) throw new Refusal('upstream.signature', 'upstream.signature-missing');
  if (more.length > 0) throw misplaced('several-signatures');
  const id = checkId(root, signed, idName);
  const [signedInfo, value, keyInfo, ...rest] = childElements(signature);
  const complete = isOne(signedInfo, 'SignedInfo') && isOne(value, 'SignatureValue') && rest.length === 0;
  if (!complete || (keyInfo && !isNamed(keyInfo, ds('KeyInfo')))) throw misplaced('parts');
  if (!isBase64(value)) throw misplaced('value');
  checkSignedInfo(signedInfo, id);
  return signature;
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

function checkSignedInfo(signedInfo: Element, id: string): void {
  const [canonicalization, method, reference, ...more] = childElements(signedInfo);
  const complete = isOne(canonicalization, 'CanonicalizationMethod') && isOne(method, 'SignatureMethod');
  if (!complete || !isOne(reference, 'Reference') || more.length > 0) throw misplaced('signed-info');
  if (!isAlgorithm(canonicalization, [exclusive])) throw unaccepted('canonicalization');
  if (!isAlgorithm(method, signatureAlgorithms)) throw unaccepted('signature');
  if (attributeOf(reference, 'URI') !== `#${id}`) throw misplaced('reference');
  const [transforms, digest, value, ...others] = childElements(reference);
  const whole = isOne(transforms, 'Transforms') && isOne(digest, 'DigestMethod') && isOne(value, 'DigestValue');
  if (!whole || others.length > 0 || !isBase64(value)) throw misplaced('reference');
  if (!isAlgorithm(digest, digestAlgorithms)) throw unaccepted('digest');
  checkTransforms(childElements(transforms));
}

/** Without the enveloped signature, then canonical; a list of prefixes for the latter is the one thing to choose. */
function checkTransforms([first, second, ...more]: Element[]): void {
  if (!isOne(first, 'Transform') || !isOne(second, 'Transform') || more.length > 0) throw misplaced('transforms');
  const [prefixes, ...rest] = childElements(second);
  const plain = rest.length === 0 && (!prefixes || isPrefixList(prefixes));
  if (!isAlgorithm(first, [enveloped])) throw unaccepted('transform');
  if (attributeOf(second, 'Algorithm') !== exclusive || !plain) throw unaccepted('transform');
}

function isPrefixList(element: Element): boolean {
  const named = isNamed(element, { namespace: exclusive, name: 'InclusiveNamespaces' });
  return (
    named && childElements(element).length === 0 && /^[\w.# -]{0,256}$/.test(attributeOf(element, 'PrefixList') ?? '')
  );
}

const isAlgorithm = (element: Element, accepted: readonly string[]): boolean =>
  childElements(element).length === 0 && accepted.includes(attributeOf(element, 'Algorithm') ?? '');

function isOne(element: Element | undefined, name: string): element is Element {
  return element !== undefined && isNamed(element, ds(name));
}

/** Blanks go first: a pattern that allows them anywhere takes minutes to say no to a hundred thousand of them. */
const isBase64 = (element: Element): boolean => base64.test((textOf(element) ?? '').replace(/[ \t\r\n]+/g, ''));
