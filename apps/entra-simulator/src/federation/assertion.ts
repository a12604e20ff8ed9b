import type { Draft } from './draft.js';
import { ns } from './names.js';
import { stamp, xml, type Xml } from './xml.js';

/** The assertion of a draft, not signed yet. It declares every namespace itself, so that it can stand anywhere. */
export function writeAssertion(draft: Draft): Xml {
  return draft.version === '2.0' ? assertion20(draft) : assertion11(draft);
}

/** Entra's: default namespace, signature after the issuer. */
function assertion20(draft: Draft): Xml {
  const { id, issuer, nameId, audience } = draft;
  return xml`
    <Assertion xmlns="${ns.assertion20}" ID="${id}" IssueInstant="${stamp(draft.issuedAt)}" Version="2.0">
      <Issuer>${issuer}</Issuer>
      <Subject>
        <NameID Format="${nameId.format}">${nameId.value}</NameID>
        <SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">${confirmationData(draft)}</SubjectConfirmation>
      </Subject>
      <Conditions NotBefore="${stamp(draft.notBefore)}" NotOnOrAfter="${stamp(draft.notOnOrAfter)}">
        ${audience !== undefined && xml`<AudienceRestriction><Audience>${audience}</Audience></AudienceRestriction>`}
      </Conditions>
      <AttributeStatement>${draft.attributes.map(attribute20)}</AttributeStatement>
      <AuthnStatement AuthnInstant="${stamp(draft.authenticatedAt)}" SessionIndex="${id}">
        <AuthnContext>
          <AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</AuthnContextClassRef>
        </AuthnContext>
      </AuthnStatement>
    </Assertion>`;
}

/** WS-Federation knows no requests, so there is nothing to confirm but the bearer. */
function confirmationData({ door, inResponseTo, recipient, notOnOrAfter }: Draft): Xml | undefined {
  if (door === 'wsfed') return undefined;
  const answers = inResponseTo !== undefined && xml` InResponseTo="${inResponseTo}"`;
  return {
    xml: `<SubjectConfirmationData${answers ? ` ${answers.xml}` : ''} ${xml`NotOnOrAfter="${stamp(notOnOrAfter)}" Recipient="${recipient}"`.xml}/>`,
  };
}

function attribute20({ name, values }: Draft['attributes'][number]): Xml {
  return xml`<Attribute Name="${name}">${values.map((value) => xml`<AttributeValue>${value}</AttributeValue>`)}</Attribute>`;
}

/** The one of ADFS: prefixed, signature last. */
function assertion11(draft: Draft): Xml {
  const { id, issuer, audience, nameId } = draft;
  const subject = xml`
    <saml:Subject>
      <saml:NameIdentifier Format="${nameId.format}">${nameId.value}</saml:NameIdentifier>
      <saml:SubjectConfirmation>
        <saml:ConfirmationMethod>urn:oasis:names:tc:SAML:1.0:cm:bearer</saml:ConfirmationMethod>
      </saml:SubjectConfirmation>
    </saml:Subject>`;
  return xml`
    <saml:Assertion xmlns:saml="${ns.assertion11}" MajorVersion="1" MinorVersion="1" AssertionID="${id}" Issuer="${issuer}" IssueInstant="${stamp(draft.issuedAt)}">
      <saml:Conditions NotBefore="${stamp(draft.notBefore)}" NotOnOrAfter="${stamp(draft.notOnOrAfter)}">
        ${audience !== undefined && xml`<saml:AudienceRestrictionCondition><saml:Audience>${audience}</saml:Audience></saml:AudienceRestrictionCondition>`}
      </saml:Conditions>
      <saml:AttributeStatement>${subject}${draft.attributes.map(attribute11)}</saml:AttributeStatement>
      <saml:AuthenticationStatement AuthenticationMethod="urn:oasis:names:tc:SAML:1.0:am:password" AuthenticationInstant="${stamp(draft.authenticatedAt)}">${subject}</saml:AuthenticationStatement>
    </saml:Assertion>`;
}

/** A claim type is split into its last part and what stands before it. */
function attribute11({ name, values }: Draft['attributes'][number]): Xml {
  const at = name.lastIndexOf('/');
  return xml`<saml:Attribute AttributeName="${name.slice(at + 1)}" AttributeNamespace="${name.slice(0, at)}">${values.map(
    (value) => xml`<saml:AttributeValue>${value}</saml:AttributeValue>`,
  )}</saml:Attribute>`;
}
