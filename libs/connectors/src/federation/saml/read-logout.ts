import { Refusal } from '../../check-list.js';
import type { UpstreamRefusalCode } from '../../upstream.errors.js';
import type { ReplayStore, SamlConnection } from '../federation-connection.js';
import { acceptedSkewMs } from '../assertion/judge-assertion.js';
import type { FederationProviders } from '../metadata/federation-providers.js';
import { malformed } from '../xml/document-limits.js';
import { attributeOf, childrenNamed, onlyChild, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { checkAddresses, readFrame, readInstant, statusOf, type MessageFrame } from './message-frame.js';
import { receiveSigned, type LogoutInput, type ReceivedMessage } from './receive-signed.js';

/** When something arrived, and at which of our addresses: `/login/logout/:connectionId`. */
export type LogoutArrival = { now: Date; signOutUrl: string };

export type LogoutRequestRead =
  | {
      outcome: 'request';
      id: string;
      nameId: string;
      nameIdFormat?: string;
      /** Empty: all sessions of this person. */
      sessionIndexes: string[];
      /** Goes back with the answer, as it is. */
      relayState?: string;
    }
  | { outcome: 'refused'; code: UpstreamRefusalCode };

type Context = { providers: FederationProviders; replays: ReplayStore };

/** A request that says no time of its own is as good as one that says five minutes. */
const usualLifetimeMs = 5 * 60_000;
const mostSessions = 100;

export async function readLogoutRequest(
  { providers, replays }: Context,
  connection: SamlConnection,
  input: LogoutInput,
  { now, signOutUrl }: LogoutArrival,
): Promise<LogoutRequestRead> {
  try {
    const received = await receiveSigned(providers, connection, input, 'SAMLRequest');
    const frame = checkedFrame(received, 'LogoutRequest', signOutUrl);
    const until = checkTimes(received.root, frame, now);
    const request = readSubject(received.root);
    const key = `${connection.connectionId} ${received.entityId} logout ${frame.id}`;
    if (!(await replays.remember(key, until))) throw refusal('upstream.replay', 'upstream.assertion-replayed');
    const { relayState } = received;
    return { outcome: 'request', id: frame.id, ...request, ...(relayState === undefined ? {} : { relayState }) };
  } catch (error) {
    return { outcome: 'refused', code: codeOf(error) };
  }
}

export async function readLogoutResponse(
  { providers }: Pick<Context, 'providers'>,
  connection: SamlConnection,
  input: LogoutInput,
  { now, signOutUrl, requestId }: LogoutArrival & { requestId: string },
): Promise<{ outcome: 'signed-out' } | { outcome: 'refused'; code: UpstreamRefusalCode }> {
  try {
    const received = await receiveSigned(providers, connection, input, 'SAMLResponse');
    const frame = checkedFrame(received, 'LogoutResponse', signOutUrl);
    if (frame.inResponseTo === undefined) {
      throw refusal('upstream.in-response-to', 'upstream.in-response-to-missing');
    }
    if (frame.inResponseTo !== requestId) {
      throw refusal('upstream.in-response-to', 'upstream.in-response-to-mismatch');
    }
    if (frame.issuedAt > now.getTime() + acceptedSkewMs) throw refusal('upstream.times', 'upstream.issued-in-future');
    if (statusOf(received.root) !== 'Success') throw refusal('upstream.status', 'upstream.sign-out-refused');
    return { outcome: 'signed-out' };
  } catch (error) {
    return { outcome: 'refused', code: codeOf(error) };
  }
}

const refusal = (...[check, code]: ConstructorParameters<typeof Refusal>) => new Refusal(check, code);
const codeOf = (error: unknown): UpstreamRefusalCode => (error instanceof Refusal ? error.code : 'upstream.unexpected');

function checkedFrame(
  { root, entityId }: ReceivedMessage,
  name: 'LogoutRequest' | 'LogoutResponse',
  signOutUrl: string,
): MessageFrame {
  const frame = readFrame(root, name);
  checkAddresses(frame, { issuer: entityId, destination: signOutUrl, issuerRequired: true });
  return frame;
}

/** @returns until when the request must be remembered */
function checkTimes(root: Element, { issuedAt }: MessageFrame, now: Date): Date {
  const said = attributeOf(root, 'NotOnOrAfter');
  const until = said === undefined ? issuedAt + usualLifetimeMs : readInstant(said);
  if (until === undefined) throw refusal('upstream.times', 'upstream.times-invalid');
  if (issuedAt > now.getTime() + acceptedSkewMs) throw refusal('upstream.times', 'upstream.issued-in-future');
  if (until + acceptedSkewMs <= now.getTime()) throw refusal('upstream.times', 'upstream.expired');
  return new Date(until + acceptedSkewMs);
}

function readSubject(root: Element) {
  const name = onlyChild(root, { namespace: ns.saml2, name: 'NameID' });
  const nameId = name && textOf(name);
  if (name === undefined || nameId === undefined || nameId.trim() === '' || nameId.length > 512) {
    throw refusal('upstream.subject', 'upstream.subject-missing');
  }
  const indexes = childrenNamed(root, { namespace: ns.saml2Protocol, name: 'SessionIndex' });
  if (indexes.length > mostSessions) throw malformed('session-indexes');
  const nameIdFormat = attributeOf(name, 'Format');
  const sessionIndexes = indexes.map((index) => textOf(index) ?? '');
  if (sessionIndexes.some((index) => index === '' || index.length > 256)) throw malformed('session-indexes');
  return { nameId, ...(nameIdFormat === undefined ? {} : { nameIdFormat }), sessionIndexes };
}
