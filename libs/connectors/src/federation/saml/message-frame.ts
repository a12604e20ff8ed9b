import { Refusal, type UpstreamCheckCode } from '../../check-list.js';
import type { UpstreamRefusalCode } from '../../upstream.errors.js';
import { malformed } from '../xml/document-limits.js';
import { attributeOf, childrenNamed, isNamed, onlyChild, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { statusSuccess } from './saml-names.js';

/** What every SAML message has around its content (saml-core §3.2). */
export type MessageFrame = {
  id: string;
  issuer: string | undefined;
  destination: string | undefined;
  inResponseTo: string | undefined;
  issuedAt: number;
};

const samlp = (name: string) => ({ namespace: ns.saml2Protocol, name });

/**
 * Reads the frame of a message of this name.
 * @throws Refusal `upstream.document-malformed`
 */
export function readFrame(root: Element, name: 'Response' | 'LogoutRequest' | 'LogoutResponse'): MessageFrame {
  if (!isNamed(root, samlp(name))) throw malformed('root');
  const id = attributeOf(root, 'ID') ?? '';
  if (!isMessageId(id)) throw malformed('id');
  if (attributeOf(root, 'Version') !== '2.0') throw malformed('version');
  const issuers = childrenNamed(root, { namespace: ns.saml2, name: 'Issuer' });
  const [issuer] = issuers;
  if (issuers.length > 1) throw malformed('issuer');
  return {
    id,
    issuer: issuer && (textOf(issuer)?.trim() ?? ''),
    destination: attributeOf(root, 'Destination'),
    inResponseTo: attributeOf(root, 'InResponseTo'),
    issuedAt: readInstant(attributeOf(root, 'IssueInstant')) ?? malformedInstant(),
  };
}

export const isMessageId = (id: string): boolean => /^[A-Za-z_][\w.-]{0,255}$/.test(id);

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** Milliseconds since 1970 of a time in UTC, the only form SAML knows (saml-core §1.3.3). */
export function readInstant(text: string | undefined): number | undefined {
  const time = text !== undefined && instant.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function malformedInstant(): never {
  throw malformed('issue-instant');
}

/** The last part of a status code; `Success`, or what went wrong. Undefined: there is no status, or more than one. */
export function statusOf(root: Element): string | undefined {
  const status = onlyChild(root, samlp('Status'));
  const code = status && onlyChild(status, samlp('StatusCode'));
  const value = code && attributeOf(code, 'Value');
  if (value === statusSuccess) return 'Success';
  const inner = code && onlyChild(code, samlp('StatusCode'));
  const detail = (inner && attributeOf(inner, 'Value')) ?? value;
  const word = detail?.slice(-64).split(':').at(-1) ?? '';
  return /^[A-Za-z]{1,64}$/.test(word) && word !== 'Success' ? word : undefined;
}

/** The words beside a status, for the admin's record. */
export function statusMessageOf(root: Element): string | undefined {
  const status = onlyChild(root, samlp('Status'));
  const message = status && onlyChild(status, samlp('StatusMessage'));
  return message && textOf(message);
}

/** Who sent it and where it was meant to go: our own addresses and the provider's name, letter by letter. */
export function checkAddresses(
  frame: MessageFrame,
  expected: { issuer: string; destination: string; issuerRequired: boolean },
): void {
  if (frame.issuer === undefined ? expected.issuerRequired : frame.issuer !== expected.issuer) {
    throw refusal('upstream.issuer', 'upstream.issuer-mismatch');
  }
  if (frame.destination !== undefined && frame.destination !== expected.destination) {
    throw refusal('upstream.recipient', 'upstream.destination-mismatch');
  }
}

const refusal = (check: UpstreamCheckCode, code: UpstreamRefusalCode) => new Refusal(check, code);
