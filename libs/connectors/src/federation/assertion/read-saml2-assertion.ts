import { attributeOf, childElements, childrenNamed, isNamed, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { assertionMalformed, type Asserted, type AssertedConfirmation, type AssertedName } from './asserted.js';
import {
  AttributeCollection,
  optionalChild,
  periodOf,
  required,
  requiredChild,
  requiredText,
  timeOf,
} from './assertion-parts.js';

const saml = (name: string) => ({ namespace: ns.saml2, name });
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
/** Conditions that ask nothing of somebody who uses an assertion once and hands it to nobody. */
const harmless = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction'];

/** Reads a SAML 2.0 assertion (core §2). @throws Refusal `upstream.assertion-malformed` */
export function readSaml2Assertion(assertion: Element): Asserted {
  if (attributeOf(assertion, 'Version') !== '2.0') throw assertionMalformed('version');
  const conditions = requiredChild(assertion, saml('Conditions'));
  const subject = requiredChild(assertion, saml('Subject'));
  const authn = required(childrenNamed(assertion, saml('AuthnStatement'))[0], 'AuthnStatement');
  const { attributes, doubled } = readAttributes(assertion);
  return {
    version: '2.0',
    id: required(attributeOf(assertion, 'ID'), 'ID'),
    issuer: requiredText(requiredChild(assertion, saml('Issuer'))),
    issuedAt: required(timeOf(assertion, 'IssueInstant'), 'IssueInstant'),
    conditions: periodOf(conditions),
    audiences: readAudiences(conditions),
    confirmation: readConfirmation(subject),
    name: readName(subject),
    ...{ attributes, doubled },
    signedInAt: required(timeOf(authn, 'AuthnInstant'), 'AuthnInstant'),
    sessionEndsAt: timeOf(authn, 'SessionNotOnOrAfter'),
    sessionIndex: attributeOf(authn, 'SessionIndex'),
  };
}

function readAudiences(conditions: Element): string[][] {
  const all = childElements(conditions);
  if (!all.every((condition) => harmless.some((name) => isNamed(condition, saml(name))))) {
    throw assertionMalformed('condition');
  }
  return childrenNamed(conditions, saml('AudienceRestriction')).map((restriction) =>
    childrenNamed(restriction, saml('Audience')).map(requiredText),
  );
}

function readConfirmation(subject: Element): AssertedConfirmation {
  const confirmation = requiredChild(subject, saml('SubjectConfirmation'));
  const data = optionalChild(confirmation, saml('SubjectConfirmationData'), childElements(confirmation));
  return {
    bearer: attributeOf(confirmation, 'Method') === bearer,
    recipient: data && attributeOf(data, 'Recipient'),
    inResponseTo: data && attributeOf(data, 'InResponseTo'),
    ...(data ? periodOf(data) : { notBefore: undefined, notOnOrAfter: undefined }),
  };
}

function readName(subject: Element): AssertedName | undefined {
  const all = childElements(subject);
  if (all.some((child) => isNamed(child, saml('EncryptedID')) || isNamed(child, saml('BaseID')))) {
    throw assertionMalformed('name-id');
  }
  const name = optionalChild(subject, saml('NameID'), all);
  if (!name) return undefined;
  const [format, nameQualifier, spNameQualifier] = ['Format', 'NameQualifier', 'SPNameQualifier'].map((attribute) =>
    attributeOf(name, attribute),
  );
  return {
    value: required(textOf(name), 'NameID'),
    ...(format === undefined ? {} : { format }),
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
    ...(spNameQualifier === undefined ? {} : { spNameQualifier }),
  };
}

function readAttributes(assertion: Element): AttributeCollection {
  const collection = new AttributeCollection();
  for (const statement of childrenNamed(assertion, saml('AttributeStatement'))) {
    for (const attribute of childElements(statement)) {
      if (!isNamed(attribute, saml('Attribute'))) throw assertionMalformed('attribute');
      const name = required(attributeOf(attribute, 'Name'), 'attribute');
      collection.add(name, childrenNamed(attribute, saml('AttributeValue')));
    }
  }
  return collection;
}
