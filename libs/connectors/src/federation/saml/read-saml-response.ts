import { Refusal } from '../../check-list.js';
import { reportOf } from '../../entra/provider-report.js';
import type { FederationTransaction } from '../../upstream-protocol.js';
import { forbidden } from '../xml/document-limits.js';
import { childrenNamed, isNamed, withDescendants, type ElementName } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';
import { checkAddresses, readFrame, statusMessageOf, statusOf, type MessageFrame } from './message-frame.js';

/** A `Response` (saml-core §3.3.3), as it stands there: nothing of it is proven. */
export type SamlResponse = {
  text: string;
  root: Element;
  frame: MessageFrame;
  /** The one assertion, or what it is encrypted in: a child of the root. */
  content: Element;
  encrypted: boolean;
};

const signature: ElementName = { namespace: ns.signature, name: 'Signature' };
const plain: ElementName = { namespace: ns.saml2, name: 'Assertion' };
const sealed: ElementName = { namespace: ns.saml2, name: 'EncryptedAssertion' };
const older: ElementName = { namespace: ns.saml1, name: 'Assertion' };

/** @throws Refusal with the checks `upstream.document`, `upstream.status` */
export function readSamlResponse(text: string): Pick<SamlResponse, 'text' | 'root' | 'frame'> {
  const root = readDocument(text);
  return { text, root, frame: readFrame(root, 'Response') };
}

/**
 * Anything but one plain `Success` ends the sign-in. What the provider says about it is kept for the admin.
 * @throws Refusal `upstream.status-refused`
 */
export function checkStatus(root: Element, { state, requestId }: FederationTransaction): void {
  const status = statusOf(root);
  if (status === 'Success') return;
  const report = reportOf({ error_description: statusMessageOf(root) }, [state, requestId]);
  throw new Refusal('upstream.status', 'upstream.status-refused', { status: status ?? 'absent' }, report);
}

/**
 * The one assertion of an answer. Any other, anywhere in the document, encrypted or not, ends the sign-in; so does a
 * signature in a place where none belongs.
 * @throws Refusal `upstream.assertion-count`, `upstream.signature-structure`
 */
export function findAssertion(root: Element): Pick<SamlResponse, 'content' | 'encrypted'> {
  const all = [...withDescendants(root)];
  const found = all.filter((element) => [plain, sealed, older].some((name) => isNamed(element, name)));
  const [content, ...more] = found;
  if (!content || more.length > 0 || content.parentNode !== root || isNamed(content, older)) {
    throw new Refusal('upstream.assertion', 'upstream.assertion-count', { found: found.length });
  }
  checkSignaturePlaces(root, [root, content]);
  checkFrameSize(all, content);
  return { content, encrypted: isNamed(content, sealed) };
}

/** Around an assertion, and in signatures, stand a few dozen elements. More of them only cost us time. */
const mostAround = 200;

function checkFrameSize(all: readonly Element[], content: Element): void {
  const said = [...withDescendants(content)].length;
  const inSignatures = childrenNamed(content, signature).flatMap((element) => [...withDescendants(element)]).length;
  if (all.length - said + inSignatures > mostAround) throw forbidden('elements-around');
}

/** An assertion that was encrypted, alone in its document. @throws Refusal like `findAssertion` */
export function checkOpened(root: Element): void {
  const found = [...withDescendants(root)].filter((element) =>
    [plain, sealed, older].some((name) => isNamed(element, name)),
  );
  if (found.length !== 1 || !isNamed(root, plain)) {
    throw new Refusal('upstream.assertion', 'upstream.assertion-count', { found: found.length });
  }
  checkSignaturePlaces(root, [root]);
}

function checkSignaturePlaces(root: Element, places: readonly Element[]): void {
  const misplaced = [...withDescendants(root)]
    .filter((element) => isNamed(element, signature))
    .some((element) => !places.some((place) => place === element.parentNode));
  if (misplaced) {
    throw new Refusal('upstream.signature', 'upstream.signature-structure', { problem: 'misplaced-signature' });
  }
}

export const isSigned = (element: Element): boolean => childrenNamed(element, signature).length > 0;

/** Its own words around the assertion: not always signed, but wrong ones are refused all the same. */
export function checkResponse(
  frame: MessageFrame,
  expected: { issuer: string; callbackUrl: string; requestId: string },
): void {
  const { issuer, callbackUrl: destination, requestId } = expected;
  checkAddresses(frame, { issuer, destination, issuerRequired: false });
  if (frame.inResponseTo === undefined) throw unasked('upstream.in-response-to-missing');
  if (frame.inResponseTo !== requestId) throw unasked('upstream.in-response-to-mismatch');
}

const unasked = (code: 'upstream.in-response-to-missing' | 'upstream.in-response-to-mismatch') =>
  new Refusal('upstream.in-response-to', code);
