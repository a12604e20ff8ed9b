import { sign } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { SignedXml } from 'xml-crypto';
import type { Departure } from '../../upstream-protocol.js';
import type { FederationEndpoint } from '../federation-connection.js';
import { ns } from '../xml/names.js';
import { rsaSha256 } from './saml-names.js';
import type { SigningCertificate } from './signing-certificate.js';

export type OutgoingMessage = {
  endpoint: FederationEndpoint;
  /** The parameter or form field that carries it. */
  name: 'SAMLRequest' | 'SAMLResponse';
  /** With `Issuer` as first child: a signature goes behind it (saml-core §5.4, schema order). */
  xml: string;
  relayState?: string;
  signer?: SigningCertificate;
  /** More parameters, for the redirect binding only; never signed. */
  params?: Record<string, string>;
};

/** The message on its way through the browser (saml-bindings §3.4 redirect, §3.5 POST), signed when there is a signer. */
export function sendMessage(message: OutgoingMessage): Departure {
  return message.endpoint.binding === 'redirect'
    ? { redirectTo: redirectUrl(message) }
    : { form: { action: message.endpoint.url, fields: postFields(message) } };
}

function redirectUrl({ endpoint, name, xml, relayState, signer, params = {} }: OutgoingMessage): string {
  const octets = [
    pair(name, deflateRawSync(xml).toString('base64')),
    ...(relayState === undefined ? [] : [pair('RelayState', relayState)]),
    ...(signer ? [pair('SigAlg', rsaSha256)] : []),
  ].join('&');
  const signature = signer
    ? [pair('Signature', sign('sha256', Buffer.from(octets), signer.key).toString('base64'))]
    : [];
  const query = [octets, ...signature, ...Object.entries(params).map(([key, value]) => pair(key, value))].join('&');
  const url = new URL(endpoint.url);
  url.hash = '';
  url.search = url.search === '' ? query : `${url.search.slice(1)}&${query}`;
  return url.href;
}

/** Encoded so that no URL parser changes a letter of it: the signature is over these very octets. */
const pair = (name: string, value: string): string =>
  `${name}=${encodeURIComponent(value).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`)}`;

function postFields({ name, xml, relayState, signer }: OutgoingMessage): Record<string, string> {
  const document = signer ? signMessage(xml, signer) : xml;
  const fields = { [name]: Buffer.from(document).toString('base64') };
  return relayState === undefined ? fields : { ...fields, RelayState: relayState };
}

/** An enveloped signature over the whole message. */
function signMessage(xml: string, { key, certificatePem }: SigningCertificate): string {
  const signer = new SignedXml({
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }),
    publicCert: certificatePem,
    signatureAlgorithm: rsaSha256,
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  });
  signer.addReference({
    xpath: '/*',
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [`${ns.signature}enveloped-signature`, 'http://www.w3.org/2001/10/xml-exc-c14n#'],
  });
  signer.computeSignature(xml, {
    prefix: 'ds',
    location: { reference: `/*/*[local-name()='Issuer' and namespace-uri()='${ns.saml2}']`, action: 'after' },
  });
  return signer.getSignedXml();
}
