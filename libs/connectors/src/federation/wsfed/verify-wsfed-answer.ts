import type { CheckList } from '../../check-list.js';
import type { FederatedPerson } from '../account/federated-person.js';
import { readFederatedPerson } from '../account/federated-person.js';
import { outlineOf } from '../assertion/asserted.js';
import { judgeAssertion } from '../assertion/judge-assertion.js';
import { readSaml1Assertion } from '../assertion/read-saml1-assertion.js';
import { readSaml2Assertion } from '../assertion/read-saml2-assertion.js';
import { rememberAssertion } from '../assertion/remember-assertion.js';
import type { ReplayStore, WsfedConnection } from '../federation-connection.js';
import type { Arrival } from '../federation-protocol.js';
import type { FederationProviders, KnownFederation } from '../metadata/federation-providers.js';
import { withKnownCertificates } from '../metadata/with-known-certificates.js';
import { verifyWithLineBreaks } from '../xml/restore-line-breaks.js';
import { verifySignature } from '../xml/verify-signature.js';
import { askLibrary } from './library-opinion.js';
import { readEnvelope, type TokenInEnvelope } from './read-envelope.js';

/** As long as a sign-in of ours may take: what was issued before it began is not for it. */
const longestWayMs = 10 * 60 * 1000;

/**
 * Verifies the document of a WS-Federation answer: signature first, then everything else from the signed bytes alone, the
 * memory of used assertions last.
 * @throws Refusal with the check that failed
 */
export async function verifyWsfedAnswer(
  { providers, replays }: { providers: FederationProviders; replays: ReplayStore },
  arrival: Arrival<WsfedConnection>,
): Promise<FederatedPerson> {
  const { connection, transaction, text, now, checks } = arrival;
  const token = readEnvelope(text);
  checks.passed('upstream.document', { trust: token.trust, saml: token.version });
  const known = providers.get(connection);
  const { verified, by } = await withKnownCertificates(providers, connection, known, (certificates) =>
    verifyWithLineBreaks(text, (letters) =>
      verifyToken(letters === text ? token : readEnvelope(letters), certificates),
    ),
  );
  recordProvider(checks, by);
  checks.passed('upstream.signature', { lineBreaks: verified.lineBreaks });
  const { token: signedToken, root } = verified.verified;
  const asserted = signedToken.version === '2.0' ? readSaml2Assertion(root) : readSaml1Assertion(root);
  checks.passed('upstream.assertion', outlineOf(asserted));
  const expected = {
    ...{ issuer: by.metadata.entityId, audience: connection.realm, callbackUrl: transaction.redirectUri },
    ...{ requestId: null, recipientRequired: false, longestWayMs, now },
  };
  judgeAssertion(asserted, expected, checks);
  const person = readFederatedPerson(connection, asserted, checks);
  askLibrary(signedToken, root, by.metadata.certificates);
  checks.passed('upstream.library');
  await rememberAssertion(replays, connection, asserted);
  checks.passed('upstream.replay');
  return person;
}

function recordProvider(checks: CheckList, { metadata, source, problem }: KnownFederation): void {
  const certificates = metadata.certificates.length;
  checks.passed('upstream.metadata', { source, certificates, ...(problem === undefined ? {} : { problem }) });
}

type SignedToken = { token: TokenInEnvelope; root: Element };

function verifyToken(token: TokenInEnvelope, certificates: readonly string[]): SignedToken {
  const { root, assertion: signed, version } = token;
  const idName = version === '2.0' ? 'ID' : 'AssertionID';
  return { token, root: verifySignature({ root, signed, idName, certificates }) };
}
