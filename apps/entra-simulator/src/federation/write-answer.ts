import { randomUUID, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import { encrypt } from 'xml-encryption';
import type { App } from '../directory/model.js';
import type { Simulation } from '../simulation.js';
import { writeAssertion } from './assertion.js';
import type { Draft } from './draft.js';
import { ns, statusCodes } from './names.js';
import { signXml, type Signer } from './sign-xml.js';
import { raw, stamp, xml, type Xml } from './xml.js';

const encrypted = promisify(encrypt);

/** The text of SAMLResponse (before base64) or wresult. */
export async function writeAnswer(draft: Draft, app: App, simulation: Simulation): Promise<string> {
  const signer = await signerOf(draft, app, simulation);
  const assertion = await finishAssertion(draft, signer, app);
  const envelope = draft.door === 'saml' ? samlResponse(draft, assertion) : tokenResponse(draft, assertion);
  const whole =
    draft.door === 'saml' && (draft.signing === 'response' || draft.signing === 'both')
      ? signXml(envelope, { signer, at: afterIssuer, sha1: draft.sha1 })
      : envelope;
  return draft.spoilDocument.reduce((text, spoil) => spoil(text), whole.xml);
}

const afterIssuer = { reference: "/*/*[local-name()='Issuer']", action: 'after' } as const;

async function signerOf(draft: Draft, app: App, { certificates }: Simulation): Promise<Signer> {
  const [active] = await certificates.of(app);
  if (!active || draft.signedBy === 'stranger') return certificates.stranger();
  return active;
}

async function finishAssertion(draft: Draft, signer: Signer, app: App): Promise<Xml> {
  const plain = writeAssertion(draft);
  const wanted = draft.door === 'wsfed' ? draft.signing !== 'none' : ['assertion', 'both'].includes(draft.signing);
  const signed = wanted ? signAssertion(plain, draft, signer) : plain;
  const spoiled = raw(draft.spoilAssertion.reduce((text, spoil) => spoil(text), signed.xml));
  return draft.encryption === 'none' ? spoiled : encryptAssertion(spoiled, draft, signer, app);
}

function signAssertion(assertion: Xml, { version, sha1 }: Draft, signer: Signer): Xml {
  return version === '2.0'
    ? signXml(assertion, { signer, sha1, at: afterIssuer })
    : signXml(assertion, { signer, sha1, at: { reference: '/*', action: 'append' }, idAttribute: 'AssertionID' });
}

async function encryptAssertion(assertion: Xml, { encryption }: Draft, signer: Signer, app: App): Promise<Xml> {
  const pem = encryption === 'stranger' ? signer.pem : (app.encryptionCertificate ?? signer.pem);
  const data = await encrypted(assertion.xml, {
    pem,
    rsa_pub: new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    encryptionAlgorithm:
      encryption === 'aes256-cbc'
        ? 'http://www.w3.org/2001/04/xmlenc#aes256-cbc'
        : 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
    keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  });
  return xml`<EncryptedAssertion xmlns="${ns.assertion20}">${raw(data)}</EncryptedAssertion>`;
}

/** A response that says something else than success carries no assertion, unless a fault puts one in. */
function samlResponse(draft: Draft, assertion: Xml): Xml {
  return responseEnvelope(draft, xml`<samlp:StatusCode Value="${draft.status}"/>`, assertion);
}

type Envelope = Pick<Draft, 'destination' | 'envelopeInResponseTo' | 'issuedAt' | 'issuer'>;

function responseEnvelope(envelope: Envelope, status: Xml, assertion?: Xml): Xml {
  const { destination, envelopeInResponseTo, issuedAt, issuer } = envelope;
  const answers = envelopeInResponseTo === undefined ? raw('') : xml`InResponseTo="${envelopeInResponseTo}"`;
  return xml`
    <samlp:Response xmlns:samlp="${ns.protocol}" ID="_${randomUUID()}" Version="2.0" IssueInstant="${stamp(issuedAt)}" Destination="${destination}" ${answers}>
      <Issuer xmlns="${ns.assertion20}">${issuer}</Issuer>
      <samlp:Status>${status}</samlp:Status>${assertion}</samlp:Response>`;
}

/** A refusal that the application hears of. */
export function writeRefusal(envelope: Envelope, code: keyof typeof statusCodes, says: string): string {
  const status = xml`<samlp:StatusCode Value="${statusCodes.responder}"><samlp:StatusCode Value="${statusCodes[code]}"/></samlp:StatusCode><samlp:StatusMessage>${says}</samlp:StatusMessage>`;
  return responseEnvelope(envelope, status).xml;
}

/** Entra answers in the words of WS-Trust of February 2005, ADFS here in those of WS-Trust 1.3. */
function tokenResponse(draft: Draft, assertion: Xml): Xml {
  const [trust, request] =
    draft.version === '2.0' ? [ns.trust2005, `${ns.trust2005}/Issue`] : [ns.trust13, `${ns.trust13}/Issue`];
  const type = draft.version === '2.0' ? ns.assertion20 : ns.assertion11;
  const one = xml`
    <t:RequestSecurityTokenResponse xmlns:t="${trust}">
      <t:Lifetime>
        <wsu:Created xmlns:wsu="${ns.utility}">${stamp(draft.notBefore)}</wsu:Created>
        <wsu:Expires xmlns:wsu="${ns.utility}">${stamp(draft.notOnOrAfter)}</wsu:Expires>
      </t:Lifetime>
      <wsp:AppliesTo xmlns:wsp="${ns.policy}"><wsa:EndpointReference xmlns:wsa="${ns.addressing}"><wsa:Address>${draft.audience}</wsa:Address></wsa:EndpointReference></wsp:AppliesTo>
      <t:RequestedSecurityToken>${assertion}</t:RequestedSecurityToken>
      <t:TokenType>${type}</t:TokenType>
      <t:RequestType>${request}</t:RequestType>
    </t:RequestSecurityTokenResponse>`;
  if (draft.version === '2.0') return one;
  return xml`<t:RequestSecurityTokenResponseCollection xmlns:t="${trust}">${one}</t:RequestSecurityTokenResponseCollection>`;
}
