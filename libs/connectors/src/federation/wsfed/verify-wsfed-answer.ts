import { Refusal, type CheckList } from '../../check-list.js';
import type { FederationTransaction } from '../../upstream-protocol.js';
import type { FederatedPerson } from '../account/federated-person.js';
import { readFederatedPerson } from '../account/federated-person.js';
import { outlineOf, type Asserted } from '../assertion/asserted.js';
import { acceptedSkewMs, judgeAssertion } from '../assertion/judge-assertion.js';
import { readSaml1Assertion } from '../assertion/read-saml1-assertion.js';
import { readSaml2Assertion } from '../assertion/read-saml2-assertion.js';
import type { ReplayStore, WsfedConnection } from '../federation-connection.js';
import type { FederationProviders, KnownFederation } from '../metadata/federation-providers.js';
import { fingerprintsOf } from '../metadata/metadata-rules.js';
import { verifySignature } from '../xml/verify-signature.js';
import { readEnvelope, type TokenInEnvelope } from './read-envelope.js';

/** As long as a sign-in of ours may take: what was issued before it began is not for it. */
const longestWayMs = 10 * 60 * 1000;

type Arrival = {
  connection: WsfedConnection;
  transaction: FederationTransaction;
  /** `wresult`. */
  text: string;
  now: Date;
  checks: CheckList;
};

/**
 * Verifies the document of a WS-Federation answer: signature first, then everything else from the signed bytes alone, the
 * memory of used assertions last.
 * @throws Refusal with the check that failed
 */
export async function verifyWsfedAnswer(
  { providers, replays }: { providers: FederationProviders; replays: ReplayStore },
  arrival: Arrival,
): Promise<FederatedPerson> {
  const { connection, transaction, text, now, checks } = arrival;
  const token = readEnvelope(text);
  checks.passed('upstream.document', { trust: token.trust, saml: token.version });
  const known = providers.get(connection);
  const { signed, by } = await verifyWithNewest(providers, connection, known, token);
  recordProvider(checks, by);
  checks.passed('upstream.signature', { lineBreaks: signed.lineBreaks });
  const asserted = token.version === '2.0' ? readSaml2Assertion(signed.root) : readSaml1Assertion(signed.root);
  checks.passed('upstream.assertion', outlineOf(asserted));
  const expected = {
    ...{ issuer: by.metadata.entityId, audience: connection.realm, callbackUrl: transaction.redirectUri },
    ...{ requestId: null, recipientRequired: false, longestWayMs, now },
  };
  judgeAssertion(asserted, expected, checks);
  const person = readFederatedPerson(connection, asserted, checks);
  await rememberAssertion(replays, connection, asserted);
  checks.passed('upstream.replay');
  return person;
}

function recordProvider(checks: CheckList, { metadata, source, problem }: KnownFederation): void {
  const certificates = metadata.certificates.length;
  checks.passed('upstream.metadata', { source, certificates, ...(problem === undefined ? {} : { problem }) });
}

/** A certificate that nobody knows yet may be a new one: the provider is read again, and the answer looked at once more. */
async function verifyWithNewest(
  providers: FederationProviders,
  connection: WsfedConnection,
  known: KnownFederation,
  token: TokenInEnvelope,
): Promise<{ signed: SignedToken; by: KnownFederation }> {
  try {
    return { signed: verifyToken(token, known.metadata.certificates), by: known };
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'upstream.key-unknown') throw error;
    const newer = await providers.withNewerCertificates(connection, known);
    if (fingerprintsOf(newer) === fingerprintsOf(known)) {
      throw new Refusal(error.check, error.code, { metadata: newer.problem ?? 'unchanged' });
    }
    return { signed: verifyToken(token, newer.metadata.certificates), by: newer };
  }
}

type SignedToken = { root: Element; lineBreaks: 'as-sent' | 'restored' };

/**
 * Providers that sign a carriage return inside of a value sign it as a reference; on its way through a form and a parser
 * the bare one is lost. With all of them written as references the signature says whether that is what was signed.
 */
function verifyToken(token: TokenInEnvelope, certificates: readonly string[]): SignedToken {
  const verify = ({ root, assertion: signed, version }: TokenInEnvelope) =>
    verifySignature({ root, signed, idName: version === '2.0' ? 'ID' : 'AssertionID', certificates });
  try {
    return { root: verify(token), lineBreaks: 'as-sent' };
  } catch (error) {
    const altered = error instanceof Refusal && error.code === 'upstream.signature-invalid';
    if (!altered || !token.text.includes('\r')) throw error;
    try {
      return { root: verify(readEnvelope(token.text.replaceAll('\r', '&#xD;'))), lineBreaks: 'restored' };
    } catch (again) {
      throw again instanceof Refusal && again.code === 'upstream.key-unknown' ? again : error;
    }
  }
}

async function rememberAssertion(replays: ReplayStore, connection: WsfedConnection, asserted: Asserted): Promise<void> {
  const { id, issuer, conditions } = asserted;
  const until = new Date((conditions.notOnOrAfter ?? 0) + acceptedSkewMs);
  const fresh = await replays.remember(`${connection.connectionId}|${issuer}|${id}`, until);
  if (!fresh) throw new Refusal('upstream.replay', 'upstream.assertion-replayed');
}
