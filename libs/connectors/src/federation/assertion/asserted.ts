import { Refusal, type CheckDetails } from '../../check-list.js';

/** The name ID of an assertion's subject. */
export type AssertedName = { value: string; format?: string; nameQualifier?: string; spNameQualifier?: string };

/** When somebody may use it, in milliseconds since 1970; undefined: not said. */
export type AssertedPeriod = { notBefore: number | undefined; notOnOrAfter: number | undefined };

/** Under which circumstances somebody may act as the subject. */
export type AssertedConfirmation = AssertedPeriod & {
  bearer: boolean;
  recipient: string | undefined;
  inResponseTo: string | undefined;
};

/** What an assertion says, whether true or not. Read from the bytes that are signed and from nothing else. */
export type Asserted = {
  version: '1.1' | '2.0';
  id: string;
  issuer: string;
  issuedAt: number;
  conditions: AssertedPeriod;
  /** Each of them must name us. */
  audiences: readonly (readonly string[])[];
  confirmation: AssertedConfirmation;
  name: AssertedName | undefined;
  /** Values by the whole name of their attribute, in the order of the document; a doubled attribute has them all. */
  attributes: ReadonlyMap<string, readonly string[]>;
  /** Names that stand there more than once. */
  doubled: ReadonlySet<string>;
  /** When the person signed in there. */
  signedInAt: number;
  sessionEndsAt: number | undefined;
  sessionIndex: string | undefined;
};

export const assertionMalformed = (problem: string): Refusal =>
  new Refusal('upstream.assertion', 'upstream.assertion-malformed', { problem });

/** Of an assertion for the record: who, for whom, when, and which attributes. No value of any of them. */
export function outlineOf(asserted: Asserted): CheckDetails {
  const { version, issuer, issuedAt, audiences, conditions, attributes, name } = asserted;
  return {
    version,
    issuer: issuer.slice(0, 400),
    audience: audiences.flat().join(' ').slice(0, 400),
    issuedAt: new Date(issuedAt).toISOString(),
    notBefore: timeText(conditions.notBefore),
    notOnOrAfter: timeText(conditions.notOnOrAfter),
    attributes: [...attributes.keys()].join(' ').slice(0, 4_000),
    attributeCount: attributes.size,
    valueCount: [...attributes.values()].flat().length,
    nameIdFormat: name?.format?.slice(0, 256) ?? null,
  };
}

const timeText = (time: number | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString();
