import { Refusal, type CheckList } from '../../check-list.js';
import { readFederatedPerson, type FederatedPerson } from '../account/federated-person.js';
import { outlineOf, type Asserted } from '../assertion/asserted.js';
import { judgeAssertion } from '../assertion/judge-assertion.js';
import { readSaml2Assertion } from '../assertion/read-saml2-assertion.js';
import { rememberAssertion } from '../assertion/remember-assertion.js';
import type { ReplayStore, SamlConnection } from '../federation-connection.js';
import type { Arrival } from '../federation-protocol.js';
import type { FederationProviders } from '../metadata/federation-providers.js';
import { withKnownCertificates } from '../metadata/with-known-certificates.js';
import { verifyWithLineBreaks, type Restored } from '../xml/restore-line-breaks.js';
import { openAssertion, type SignedAssertion } from './open-assertion.js';
import {
  checkResponse,
  checkStatus,
  findAssertion,
  readSamlResponse,
  type SamlResponse,
} from './read-saml-response.js';

/**
 * Verifies the document of a SAML answer: every signature first, then everything else from the signed bytes alone, then
 * node-saml's opinion; the memory of used assertions last.
 * @throws Refusal with the check that failed
 */
export async function verifySamlAnswer(
  { providers, replays }: { providers: FederationProviders; replays: ReplayStore },
  arrival: Arrival<SamlConnection>,
): Promise<FederatedPerson> {
  const { connection, transaction, now, checks } = arrival;
  const response = readAnswer(arrival);
  const known = providers.get(connection);
  const { verified, by } = await withKnownCertificates(providers, connection, known, (certificates) =>
    verifyWithLineBreaks(response.text, (letters) =>
      openAssertion(readAgain(response, letters), connection, certificates),
    ),
  );
  const { metadata, source, problem } = by;
  const certificates = metadata.certificates.length;
  checks.passed('upstream.metadata', { source, certificates, ...(problem === undefined ? {} : { problem }) });
  recordSignature(checks, verified);
  const asserted = readSaml2Assertion(verified.verified.assertion);
  checks.passed('upstream.assertion', outlineOf(asserted));
  const { redirectUri: callbackUrl, requestId } = transaction;
  const expected = { issuer: metadata.entityId, callbackUrl, requestId };
  checkResponse(response.frame, expected);
  checkConfirmation(asserted);
  judgeAssertion(
    asserted,
    { ...expected, audience: connection.entityId, recipientRequired: true, longestWayMs: null, now },
    checks,
  );
  const person = readFederatedPerson(connection, asserted, checks);
  // The library is large, and most processes never see such an answer.
  const { askLibrary } = await import('./library-opinion.js');
  await askLibrary({
    ...{ signed: verified.verified, text: verified.text },
    ...{ connection, asserted, requestId, callbackUrl, now },
    certificates: metadata.certificates,
  });
  checks.passed('upstream.library');
  await rememberAssertion(replays, connection, asserted);
  checks.passed('upstream.replay');
  return person;
}

function readAnswer({ text, transaction, checks }: Arrival<SamlConnection>): SamlResponse {
  const read = readSamlResponse(text);
  checks.passed('upstream.document');
  checkStatus(read.root, transaction);
  checks.passed('upstream.status');
  return { ...read, ...findAssertion(read.root) };
}

type Verified = Restored<SignedAssertion>;

/** As it was read already, unless its letters are others now. */
function readAgain(response: SamlResponse, letters: string): SamlResponse {
  if (letters === response.text) return response;
  const read = readSamlResponse(letters);
  return { ...read, ...findAssertion(read.root) };
}

function recordSignature(checks: CheckList, { verified: { signed, opened }, lineBreaks }: Verified): void {
  if (opened) checks.passed('upstream.decryption');
  checks.passed('upstream.signature', { ...signed, lineBreaks });
}

/** The bearer profile (saml-profiles §4.1.4.2): with an end, and without a beginning. */
function checkConfirmation({ confirmation }: Asserted): void {
  const { recipient, inResponseTo, notOnOrAfter, notBefore } = confirmation;
  const empty = [recipient, inResponseTo, notOnOrAfter].every((part) => part === undefined);
  if (empty || notBefore !== undefined) throw new Refusal('upstream.recipient', 'upstream.confirmation-invalid');
  if (notOnOrAfter === undefined)
    throw new Refusal('upstream.times', 'upstream.times-invalid', { problem: 'confirmation' });
}
