import type { UpstreamAccountKey, UpstreamClaims } from '@homerealm/domain';

/** The name ID of an assertion's subject. */
export type AssertedName = { value: string; format?: string; nameQualifier?: string; spNameQualifier?: string };

/** What an assertion says, read from the bytes that are signed and from nothing else. */
export type VerifiedAssertion = {
  /** `AssertionID` of SAML 1.1, `ID` of SAML 2.0. */
  id: string;
  issuer: string;
  name: AssertedName | undefined;
  /** Values by the whole name of their attribute, in the order of the document; doubled attributes have them all. */
  attributes: ReadonlyMap<string, readonly string[]>;
  /** Names that stand there more than once. */
  doubledAttributes: ReadonlySet<string>;
  sessionIndex?: string;
  /** Since 1970, in milliseconds. */
  notOnOrAfter: number;
};

/** The groups of an assertion: all of them; more than it holds; not a word; or values that are no object ids. */
export type AssertedGroups =
  { kind: 'listed'; groups: string[] } | { kind: 'overage' } | { kind: 'absent' } | { kind: 'unusable' };

/** The person an assertion is about. */
export type FederatedPerson = {
  key: UpstreamAccountKey;
  pairwiseSubject?: string;
  claims: UpstreamClaims;
  /** Undefined where nobody asks for them. */
  groups: AssertedGroups | undefined;
};
