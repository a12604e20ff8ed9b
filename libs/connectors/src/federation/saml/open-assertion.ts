import { Refusal } from '../../check-list.js';
import type { SamlConnection } from '../federation-connection.js';
import { onlyChild } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';
import { verifySignature } from '../xml/verify-signature.js';
import { decryptAssertion, type Opened } from './decrypt-assertion.js';
import { checkOpened, isSigned, type SamlResponse } from './read-saml-response.js';

/** An assertion that the provider signed, as root of a document read from the signed bytes. */
export type SignedAssertion = {
  assertion: Element;
  /** What the provider signed; Entra lets its admin choose. */
  signed: { response: boolean; assertion: boolean };
  /** Undefined: it was not encrypted. */
  opened: Opened | undefined;
};

/**
 * Verifies every signature of an answer, and opens it where it is encrypted. What is returned comes from bytes under a
 * signature: the assertion's own where it has one, else the one around it.
 * @throws Refusal with the checks `upstream.decryption`, `upstream.signature`, `upstream.assertion`
 */
export function openAssertion(
  response: SamlResponse,
  connection: Pick<SamlConnection, 'assertionEncryption' | 'credentials'>,
  certificates: readonly string[],
): SignedAssertion {
  checkEncryption(response, connection);
  const { root } = response;
  const around = isSigned(root)
    ? verifySignature({ root, signed: root, idName: 'ID', certificates, signedInside: true })
    : undefined;
  return response.encrypted
    ? openEncrypted(response, around, connection, certificates)
    : openPlain(response, around, certificates);
}

function checkEncryption(
  { encrypted }: SamlResponse,
  { assertionEncryption }: Pick<SamlConnection, 'assertionEncryption'>,
): void {
  if (encrypted && assertionEncryption === 'none') {
    throw new Refusal('upstream.decryption', 'upstream.encryption-refused', { problem: 'not-configured' });
  }
  if (!encrypted && assertionEncryption === 'required') {
    throw new Refusal('upstream.decryption', 'upstream.encryption-missing');
  }
}

function openPlain(
  { root, content }: SamlResponse,
  around: Element | undefined,
  certificates: readonly string[],
): SignedAssertion {
  if (isSigned(content)) {
    const assertion = verifySignature({ root, signed: content, idName: 'ID', certificates });
    return { assertion, signed: { response: around !== undefined, assertion: true }, opened: undefined };
  }
  const assertion = signedChild(around, 'Assertion');
  return { assertion, signed: { response: true, assertion: false }, opened: undefined };
}

function openEncrypted(
  { content }: SamlResponse,
  around: Element | undefined,
  { credentials }: Pick<SamlConnection, 'credentials'>,
  certificates: readonly string[],
): SignedAssertion {
  const sealed = around === undefined ? content : signedChild(around, 'EncryptedAssertion');
  const opened = decryptAssertion(sealed, credentials);
  const root = readDocument(opened.xml);
  checkOpened(root);
  const signed = { response: around !== undefined, assertion: isSigned(root) };
  if (!signed.assertion && !signed.response) throw unsigned();
  const assertion = signed.assertion ? verifySignature({ root, signed: root, idName: 'ID', certificates }) : root;
  return { assertion, signed, opened };
}

function signedChild(around: Element | undefined, name: string): Element {
  const child = around && onlyChild(around, { namespace: ns.saml2, name });
  if (!child) throw unsigned();
  return child;
}

const unsigned = () => new Refusal('upstream.signature', 'upstream.signature-missing');
