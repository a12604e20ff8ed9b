import { createVerify, X509Certificate } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { DOMParser } from '@xmldom/xmldom';
import { SignedXml } from 'xml-crypto';
import type { App } from '../directory/model.js';
import { EntraError } from '../entra/errors.js';
import type { Exchange } from '../http/exchange.js';
import { ns } from './names.js';

/** A SAML message as it came by redirect or post: parsed, and believed as far as its form goes. */
export type SamlMessage = { root: Element; text: string; binding: 'redirect' | 'post' };

const largest = 100_000;

/** @throws EntraError 75005 when it is no SAML message */
export function readMessage(exchange: Exchange, field: 'SAMLRequest' | 'SAMLResponse'): SamlMessage {
  const binding = exchange.method === 'POST' ? 'post' : 'redirect';
  const given = (binding === 'post' ? exchange.form : exchange.url.searchParams).get(field) ?? '';
  const text = decode(given, binding);
  const root = /<!DOCTYPE/i.test(text) ? undefined : parse(text);
  if (root?.namespaceURI !== ns.protocol || root.getAttribute('Version') !== '2.0') throw new EntraError(75005);
  return { root, text, binding };
}

function decode(given: string, binding: SamlMessage['binding']): string {
  const bytes = Buffer.from(given, 'base64');
  try {
    return (binding === 'post' ? bytes : inflateRawSync(bytes, { maxOutputLength: largest })).toString('utf8');
  } catch {
    throw new EntraError(75005);
  }
}

function parse(text: string): Element | undefined {
  const fail = (): never => {
    throw new EntraError(75005);
  };
  const document = new DOMParser({ errorHandler: { error: fail, fatalError: fail, warning: () => undefined } });
  return document.parseFromString(text, 'text/xml')?.documentElement ?? undefined;
}

export function child(parent: Element | undefined, namespace: string, name: string): Element | undefined {
  const children = Array.from(parent?.childNodes ?? []) as Element[];
  return children.find(({ namespaceURI, localName }) => namespaceURI === namespace && localName === name);
}

export const textOf = (element: Element | undefined): string | undefined => element?.textContent?.trim() || undefined;
export const attribute = (element: Element | undefined, name: string): string | undefined =>
  element?.getAttribute(name) || undefined;

/** An app that registered certificates signs its messages with one of them. @throws EntraError 76021 */
export function requireSignature({ binding, root, text }: SamlMessage, app: App, exchange: Exchange): void {
  if (app.requestCertificates.length === 0) return;
  const signature = child(root, ns.signature, 'Signature');
  const good = app.requestCertificates.some((pem) =>
    binding === 'redirect' ? redirectIsSigned(exchange, pem) : signature && postIsSigned(text, signature, pem),
  );
  if (!good) throw new EntraError(76021);
}

/** By redirect the signature is over the query as it was sent, not over the XML. */
function redirectIsSigned({ url }: Exchange, pem: string): boolean {
  const parts = url.search.slice(1).split('&');
  const signed = ['SAMLRequest', 'SAMLResponse', 'RelayState', 'SigAlg']
    .flatMap((name) => parts.find((part) => part.startsWith(`${name}=`)) ?? [])
    .join('&');
  if (!/#rsa-sha256$/.test(url.searchParams.get('SigAlg') ?? '')) return false;
  const signature = Buffer.from(url.searchParams.get('Signature') ?? '', 'base64');
  return createVerify('sha256').update(signed).verify(new X509Certificate(pem).publicKey, signature);
}

function postIsSigned(text: string, signature: Element, pem: string): boolean {
  try {
    const check = new SignedXml({ publicCert: pem, getCertFromKeyInfo: () => null });
    check.loadSignature(signature as never);
    return check.checkSignature(text) && check.getSignedReferences().length === 1;
  } catch {
    return false;
  }
}
