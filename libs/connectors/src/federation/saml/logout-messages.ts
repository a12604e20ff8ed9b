import type { UpstreamSession } from '../../upstream-protocol.js';
import { ns } from '../xml/names.js';
import { writeIssuer } from './authn-request.js';
import { statusResponder, statusSuccess } from './saml-names.js';
import { xmlElement, xmlText } from './write-xml.js';

type Frame = { id: string; issuedAt: Date; destination: string; entityId: string };

const frame = ({ id, issuedAt, destination }: Frame) => ({
  'xmlns:samlp': ns.saml2Protocol,
  ID: id,
  Version: '2.0',
  IssueInstant: issuedAt.toISOString(),
  Destination: destination,
});

/** How long a provider may take to act on our request. */
const requestLifetimeMs = 5 * 60_000;

/** A `LogoutRequest` (saml-core §3.7.1) that names the person exactly as the provider did. */
export function writeLogoutRequest(message: Frame, session: UpstreamSession): string {
  const name = xmlElement(
    'saml:NameID',
    {
      'xmlns:saml': ns.saml2,
      NameQualifier: session.nameQualifier,
      SPNameQualifier: session.spNameQualifier,
      Format: session.nameIdFormat,
    },
    xmlText(session.nameId),
  );
  const index = session.sessionIndex;
  return xmlElement(
    'samlp:LogoutRequest',
    { ...frame(message), NotOnOrAfter: new Date(message.issuedAt.getTime() + requestLifetimeMs).toISOString() },
    writeIssuer(message.entityId),
    name,
    index === undefined ? undefined : xmlElement('samlp:SessionIndex', {}, xmlText(index)),
  );
}

/** A `LogoutResponse` (saml-core §3.7.2). */
export function writeLogoutResponse(message: Frame, answer: { inResponseTo: string; success: boolean }): string {
  const code = xmlElement('samlp:StatusCode', { Value: answer.success ? statusSuccess : statusResponder });
  return xmlElement(
    'samlp:LogoutResponse',
    { ...frame(message), InResponseTo: answer.inResponseTo },
    writeIssuer(message.entityId),
    xmlElement('samlp:Status', {}, code),
  );
}
