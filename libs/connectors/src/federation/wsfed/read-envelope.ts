import { Refusal } from '../../check-list.js';
import { childElements, childrenNamed, isNamed, onlyChild, withDescendants } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';

/** The token of a WS-Trust answer, where it stands in its document. */
export type TokenInEnvelope = {
  text: string;
  root: Element;
  assertion: Element;
  version: '1.1' | '2.0';
  trust: '2005' | '1.3';
};

/**
 * Finds the one assertion of a WS-Trust answer by its place and nothing else: a RequestSecurityTokenResponse (2005/02), or a
 * collection of exactly one (1.3 §4.3). No other assertion and no other signature is anywhere in the document.
 * @throws Refusal of the checks `upstream.document`, `upstream.assertion`, `upstream.decryption`, `upstream.signature`
 */
export function readEnvelope(text: string): TokenInEnvelope {
  const root = readDocument(text);
  const { trust, response } = responseOf(root);
  const requested = onlyChild(response, { namespace: ns[trustNamespaces[trust]], name: 'RequestedSecurityToken' });
  const [assertion, ...more] = requested ? childElements(requested) : [];
  if (!assertion || more.length > 0) throw count('token');
  const version = versionOf(assertion);
  const all = [...withDescendants(root)];
  if (all.filter((element) => versionOf(element) !== undefined).length !== 1) throw count('assertions');
  if (version === undefined) throw count('token');
  const signatures = all.filter((element) => isNamed(element, { namespace: ns.signature, name: 'Signature' }));
  if (signatures.length === 0) throw new Refusal('upstream.signature', 'upstream.signature-missing');
  if (signatures.length > 1) {
    throw new Refusal('upstream.signature', 'upstream.signature-structure', { problem: 'several-signatures' });
  }
  return { text, root, assertion, version, trust };
}

const trustNamespaces = { '2005': 'trust2005', '1.3': 'trust13' } as const;
const responseName = 'RequestSecurityTokenResponse';

function responseOf(root: Element): { trust: '2005' | '1.3'; response: Element } {
  if (isNamed(root, { namespace: ns.trust2005, name: responseName })) return { trust: '2005', response: root };
  if (!isNamed(root, { namespace: ns.trust13, name: `${responseName}Collection` })) {
    throw new Refusal('upstream.document', 'upstream.document-malformed', { problem: 'envelope' });
  }
  const [response, ...more] = childrenNamed(root, { namespace: ns.trust13, name: responseName });
  if (!response || more.length > 0) throw count('responses');
  return { trust: '1.3', response };
}

function versionOf(element: Element): '1.1' | '2.0' | undefined {
  const encrypted =
    isNamed(element, { namespace: ns.encryption, name: 'EncryptedData' }) ||
    isNamed(element, { namespace: ns.saml2, name: 'EncryptedAssertion' });
  if (encrypted) throw new Refusal('upstream.decryption', 'upstream.encryption-refused');
  if (isNamed(element, { namespace: ns.saml2, name: 'Assertion' })) return '2.0';
  return isNamed(element, { namespace: ns.saml1, name: 'Assertion' }) ? '1.1' : undefined;
}

const count = (problem: string) => new Refusal('upstream.assertion', 'upstream.assertion-count', { problem });
