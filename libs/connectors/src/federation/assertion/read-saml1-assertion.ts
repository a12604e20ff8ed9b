import { attributeOf, childElements, childrenNamed, isNamed, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { assertionMalformed, type Asserted, type AssertedName } from './asserted.js';
import {
  AttributeCollection,
  optionalChild,
  periodOf,
  required,
  requiredChild,
  requiredText,
  timeOf,
} from './assertion-parts.js';

const saml = (name: string) => ({ namespace: ns.saml1, name });
const bearer = 'urn:oasis:names:tc:SAML:1.0:cm:bearer';
const harmless = ['AudienceRestrictionCondition', 'DoNotCacheCondition'];

/** Reads a SAML 1.1 assertion (core §2), as ADFS writes it. @throws Refusal `upstream.assertion-malformed` */
export function readSaml1Assertion(assertion: Element): Asserted {
  if (attributeOf(assertion, 'MajorVersion') !== '1' || attributeOf(assertion, 'MinorVersion') !== '1') {
    throw assertionMalformed('version');
  }
  const conditions = requiredChild(assertion, saml('Conditions'));
  const authn = required(childrenNamed(assertion, saml('AuthenticationStatement'))[0], 'AuthenticationStatement');
  const { attributes, doubled } = readAttributes(assertion);
  const { name, bearer } = onlySubject(assertion);
  return {
    version: '1.1',
    id: required(attributeOf(assertion, 'AssertionID'), 'AssertionID'),
    issuer: required(attributeOf(assertion, 'Issuer')?.trim(), 'Issuer'),
    issuedAt: required(timeOf(assertion, 'IssueInstant'), 'IssueInstant'),
    conditions: periodOf(conditions),
    audiences: readAudiences(conditions),
    confirmation: {
      ...{ bearer, recipient: undefined, inResponseTo: undefined },
      ...{ notBefore: undefined, notOnOrAfter: undefined },
    },
    name,
    ...{ attributes, doubled },
    signedInAt: required(timeOf(authn, 'AuthenticationInstant'), 'AuthenticationInstant'),
    ...{ sessionEndsAt: undefined, sessionIndex: undefined },
  };
}

function readAudiences(conditions: Element): string[][] {
  const all = childElements(conditions);
  if (!all.every((condition) => harmless.some((name) => isNamed(condition, saml(name))))) {
    throw assertionMalformed('condition');
  }
  return childrenNamed(conditions, saml('AudienceRestrictionCondition')).map((restriction) =>
    childrenNamed(restriction, saml('Audience')).map(requiredText),
  );
}

type Subject = { name: AssertedName | undefined; bearer: boolean };

/** Here every statement has a subject of its own: all of them must be the same one. */
function onlySubject(assertion: Element): Subject {
  const statements = ['AuthenticationStatement', 'AttributeStatement', 'AuthorizationDecisionStatement'].flatMap(
    (name) => childrenNamed(assertion, saml(name)),
  );
  const subjects = statements.map((statement) => readSubject(requiredChild(statement, saml('Subject'))));
  const [first, ...others] = subjects.map((subject) => JSON.stringify(subject));
  const subject = required(subjects[0], 'Subject');
  if (others.some((other) => other !== first)) throw assertionMalformed('subjects');
  return subject;
}

function readSubject(subject: Element): Subject {
  const identifier = optionalChild(subject, saml('NameIdentifier'), childElements(subject));
  const confirmation = requiredChild(subject, saml('SubjectConfirmation'));
  const method = requiredText(requiredChild(confirmation, saml('ConfirmationMethod')));
  return { name: identifier && readName(identifier), bearer: method === bearer };
}

function readName(identifier: Element): AssertedName {
  const [format, nameQualifier] = ['Format', 'NameQualifier'].map((attribute) => attributeOf(identifier, attribute));
  return {
    value: required(textOf(identifier), 'NameIdentifier'),
    ...(format === undefined ? {} : { format }),
    ...(nameQualifier === undefined ? {} : { nameQualifier }),
  };
}

/** A name is in two parts: what SAML 2.0 and the mapping call by one address. */
function readAttributes(assertion: Element): AttributeCollection {
  const collection = new AttributeCollection();
  for (const statement of childrenNamed(assertion, saml('AttributeStatement'))) {
    for (const attribute of childrenNamed(statement, saml('Attribute'))) {
      const name = required(attributeOf(attribute, 'AttributeName'), 'attribute');
      const space = attributeOf(attribute, 'AttributeNamespace') ?? '';
      const whole = space === '' ? name : `${space.replace(/\/$/, '')}/${name}`;
      collection.add(whole, childrenNamed(attribute, saml('AttributeValue')));
    }
  }
  return collection;
}
