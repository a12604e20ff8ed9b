import { SAML, ValidateInResponseTo, type CacheProvider, type Profile, type SamlConfig } from '@node-saml/node-saml';
import { Refusal } from '../../check-list.js';
import { acceptedSkewMs } from '../assertion/judge-assertion.js';
import type { Asserted } from '../assertion/asserted.js';
import type { SamlConnection } from '../federation-connection.js';
import { ns } from '../xml/names.js';
import type { SignedAssertion } from './open-assertion.js';
import { xmlElement } from './write-xml.js';

export type Question = {
  connection: SamlConnection;
  /** The whole answer as it arrived. */
  text: string;
  signed: SignedAssertion;
  /** As we read it. */
  asserted: Asserted;
  requestId: string;
  callbackUrl: string;
  certificates: readonly string[];
  now: Date;
};

/**
 * Asks node-saml about an answer that our own checks let pass: it must accept it too, and read the same name and issuer.
 * One object for each answer, so that no two sign-ins share anything.
 * @throws Refusal `upstream.second-opinion`, `upstream.encryption-refused`
 */
export async function askLibrary(question: Question): Promise<void> {
  const { asserted } = question;
  const message = Buffer.from(textFor(question)).toString('base64');
  const profile = await profileOf(question, message);
  const same = profile?.issuer?.trim() === asserted.issuer && (profile.nameID || undefined) === asserted.name?.value;
  if (!same) throw disagreement('reading');
}

const disagreement = (problem: string) => new Refusal('upstream.library', 'upstream.second-opinion', { problem });

async function profileOf(question: Question, message: string): Promise<Profile | null> {
  try {
    const library = new SamlAt(question.now, configFor(question));
    const { profile } = await library.validatePostResponseAsync({ SAMLResponse: message });
    return profile;
  } catch {
    // Its messages quote what it read.
    throw disagreement('refused');
  }
}

/** With the time of the caller in place of the system's. */
class SamlAt extends SAML {
  constructor(
    private readonly now: Date,
    config: SamlConfig,
  ) {
    super(config);
  }

  protected override checkTimestampsValidityError(
    _now: number,
    ...period: [notBefore: string, notOnOrAfter: string, longest?: number]
  ): Error | null {
    return super.checkTimestampsValidityError(this.now.getTime(), ...period);
  }
}

function configFor({ connection, signed, asserted, requestId, callbackUrl, certificates }: Question): SamlConfig {
  const { entityId } = connection;
  const audience = [entityId, `spn:${entityId}`].find((name) => asserted.audiences.every((all) => all.includes(name)));
  return {
    issuer: entityId,
    audience: audience ?? entityId,
    callbackUrl,
    idpCert: [...certificates],
    // One valid signature is demanded in any case; these say which of them are there.
    wantAssertionsSigned: signed.signed.assertion,
    wantAuthnResponseSigned: false,
    validateInResponseTo: ValidateInResponseTo.always,
    cacheProvider: onlyRequest(requestId),
    requestIdExpirationPeriodMs: 10 * 60_000,
    acceptedClockSkewMs: acceptedSkewMs,
    disableRequestedAuthnContext: true,
    identifierFormat: null,
    signatureAlgorithm: 'sha256',
    ...(wholeAnswer(signed) && signed.opened ? { decryptionPvk: signed.opened.privateKeyPem } : {}),
  };
}

/** Knows the request of this sign-in and no other. Nothing is stored: the transaction is used once by its owner. */
function onlyRequest(requestId: string): CacheProvider {
  return {
    saveAsync: () => Promise.resolve(null),
    getAsync: (id) => Promise.resolve(id === requestId ? new Date().toISOString() : null),
    removeAsync: () => Promise.resolve(null),
  };
}

/** Whether it sees the answer as it arrived: always, but for encrypted assertions with a signature of their own. */
const wholeAnswer = ({ opened, signed }: SignedAssertion): boolean => opened === undefined || !signed.assertion;

/**
 * It knows fewer ways of encryption than we do, and less strict ones. An assertion that we opened is put into a plain
 * Response for it; only where nothing but the Response is signed must it open the assertion itself.
 */
function textFor({ text, signed, requestId }: Question): string {
  const { opened } = signed;
  if (opened === undefined) return text;
  if (!wholeAnswer(signed)) {
    const attributes = { 'xmlns:samlp': ns.saml2Protocol, ID: '_around', Version: '2.0', InResponseTo: requestId };
    return xmlElement('samlp:Response', attributes, opened.xml.replace(/^<\?xml[^>]*\?>/, ''));
  }
  if (opened.olderTransport) return text;
  throw new Refusal('upstream.library', 'upstream.encryption-refused', { problem: 'assertion-unsigned' });
}
