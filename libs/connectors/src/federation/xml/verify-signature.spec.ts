import fc from 'fast-check';
import { SignedXml } from 'xml-crypto';
import { Refusal } from '../../check-list.js';
import { algorithms, makeSigningPair, signElement, x509Data, type SigningPair } from '../fixtures/identity-provider.js';
import { canonicalText } from './canonical-text.js';
import { attributeOf, childElements, textOf, withDescendants } from './elements.js';
import { readDocument } from './read-document.js';
import { verifySignature } from './verify-signature.js';

let pair: SigningPair;
let other: SigningPair;
beforeAll(async () => {
  [pair, other] = await Promise.all([makeSigningPair(), makeSigningPair('Other')]);
});

type Signing = { hash?: 'sha256' | 'sha512'; idName?: 'ID' | 'AssertionID' };

/** Signed by a library, so that reading and writing are not the same hand's. */
function sign(xml: string, { hash = 'sha256', idName = 'ID' }: Signing = {}): string {
  const signer = new SignedXml({
    privateKey: pair.privateKeyPem,
    signatureAlgorithm: `http://www.w3.org/2001/04/xmldsig-more#rsa-${hash}` as never,
    canonicalizationAlgorithm: algorithms.excC14n,
    getKeyInfoContent: () => x509Data(pair).replaceAll('ds:', ''),
    ...(idName === 'AssertionID' ? { idAttribute: idName } : {}),
  });
  signer.addReference({
    xpath: `//*[@${idName}='a']`,
    transforms: [algorithms.enveloped, algorithms.excC14n],
    digestAlgorithm: `http://www.w3.org/2001/04/xmlenc#${hash}`,
  });
  signer.computeSignature(xml, { location: { reference: `//*[@${idName}='a']`, action: 'append' } });
  return signer.getSignedXml();
}

function verifyWith(certificates: string[], xml: string, idName: 'ID' | 'AssertionID' = 'ID'): Element {
  const root = readDocument(xml);
  const signed = [...withDescendants(root)].find((element) => attributeOf(element, idName) === 'a');
  if (!signed) throw new Error('no element to verify');
  return verifySignature({ root, signed, idName, certificates });
}
const codeOf = (run: () => unknown): string => {
  try {
    run();
    return 'verified';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};

describe('the text that is hashed', () => {
  const from =
    '<o xmlns:xs="urn:far"><r xmlns="urn:d" xmlns:p="urn:p" xmlns:xs="urn:near"><p:s p:b="1" a=\'2\'><c>xs:x</c></p:s></r></o>';
  it.each<[string[], string]>([
    [[], '<p:s xmlns:p="urn:p" a="2" p:b="1"><c xmlns="urn:d">xs:x</c></p:s>'],
    [['xs'], '<p:s xmlns:p="urn:p" xmlns:xs="urn:near" a="2" p:b="1"><c xmlns="urn:d">xs:x</c></p:s>'],
    [['p', 'nobody'], '<p:s xmlns:p="urn:p" a="2" p:b="1"><c xmlns="urn:d">xs:x</c></p:s>'],
  ])('with the prefixes %j is as the standard has it', (prefixes, expected) => {
    const [element] = [...withDescendants(readDocument(from))].filter(({ localName }) => localName === 's');
    expect(element && canonicalText(element, { prefixes })).toBe(expected);
  });
});

describe('a signature of another hand', () => {
  const inherited = '<r xmlns="urn:d" xmlns:p="urn:p" xmlns:q="urn:q"><p:s ID="a" q:b="1"><c/></p:s></r>';
  it.each<[string, string, Signing]>([
    ['of the whole document', '<s ID="a"><b>x</b></s>', {}],
    ['of an element with namespaces from above', inherited, {}],
    ['with SHA-512', inherited, { hash: 'sha512' }],
    ['of SAML 1.1', inherited.replace('ID=', 'AssertionID='), { idName: 'AssertionID' }],
    ['of values with references', '<s ID="a" b="&lt;&#13;&#9;&#10;&quot;">&amp;&#13;é😀</s>', {}],
  ])('is verified: %s', (_, xml, signing) => {
    const signed = sign(xml, signing);
    const root = verifyWith([other.certificatePem, pair.certificatePem], signed, signing.idName);
    const [original] = [...withDescendants(readDocument(xml))].filter((element) =>
      attributeOf(element, signing.idName ?? 'ID'),
    );
    expect(root.localName).toBe(original?.localName);
    expect(childElements(root).map(textOf)).toEqual(original && childElements(original).map(textOf));
    expect([...withDescendants(root)].some(({ localName }) => localName === 'Signature')).toBe(false);
  });

  it('may name prefixes that count beyond those that are used', () => {
    const list = '<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/>';
    const transforms = [algorithms.enveloped, `<ds:Transform Algorithm="${algorithms.excC14n}">${list}</ds:Transform>`];
    const place = (xml: string, signature: string) => xml.replace('<b/>', `<b/>${signature}`);
    const signed = signElement('<s ID="a"><b/></s>', 'a', { pair, transforms, place });
    expect(verifyWith([pair.certificatePem], signed).localName).toBe('s');
    // Declared around it the prefix is a part of what is hashed, and was not when it was signed.
    expect(codeOf(() => verifyWith([pair.certificatePem], `<r xmlns:xs="urn:xs">${signed}</r>`))).toBe(
      'upstream.signature-invalid',
    );
  });

  it('leaves the document as it is, so that it can be verified again', () => {
    const root = readDocument(sign('<s ID="a"><b/></s>'));
    const before = root.childNodes.length;
    const question = { root, signed: root, idName: 'ID' as const, certificates: [pair.certificatePem] };
    verifySignature(question);
    expect(root.childNodes.length).toBe(before);
    expect(codeOf(() => verifySignature(question))).toBe('verified');
  });

  it('is of nobody without certificates, and of somebody else with theirs', () => {
    const unnamed = sign('<s ID="a"/>').replace(/<KeyInfo>.*<\/KeyInfo>/, '');
    for (const certificates of [[], [other.certificatePem]]) {
      expect(codeOf(() => verifyWith(certificates, unnamed))).toBe('upstream.key-unknown');
    }
  });
});

it('A21: nothing in what is signed can be changed, and nothing around it is given back', () => {
  const signed = sign('<r xmlns:p="urn:p"><p:s ID="a" b="one"><c>two</c><c>three</c></p:s><d>four</d></r>');
  const at = signed.indexOf('<p:s');
  const end = signed.indexOf('</p:s>');
  const honest = String(verifyWith([pair.certificatePem], signed));
  fc.assert(
    fc.property(
      fc.nat(end - at),
      fc.constantFrom('x', 'X', '1', ' ', 'A', '/', '<c/>', '\n', 'xmlnsx=""', ''),
      (offset, made) => {
        const changed = signed.slice(0, at + offset) + made + signed.slice(at + offset + 1);
        const outcome = codeOf(() => expect(String(verifyWith([pair.certificatePem], changed))).toBe(honest));
        expect(outcome).toMatch(/^(verified|upstream\.[a-z-]+|Error: no element to verify)$/);
      },
    ),
    { numRuns: 150 },
  );
});
