import { Refusal } from '../../check-list.js';
import { isObject } from '../../json.js';
import type { CallbackInput } from '../../upstream-protocol.js';
import type { SamlConnection } from '../federation-connection.js';
import type { FederationProviders } from '../metadata/federation-providers.js';
import { withKnownCertificates } from '../metadata/with-known-certificates.js';
import { isNamed, withDescendants } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { readDocument } from '../xml/read-document.js';
import { verifySignature } from '../xml/verify-signature.js';
import { decodeMessage } from './decode-message.js';
import { readRedirect, verifyRedirect } from './redirect-message.js';

/** As it arrived. The query letter by letter, for a signature is over these letters; a form's fields parsed. */
export type LogoutInput = Pick<CallbackInput, 'method' | 'body'> & { rawQuery: string };

/** A message that the provider signed as a whole: of `root` everything may be believed. */
export type ReceivedMessage = { root: Element; relayState: string | undefined; entityId: string };

type Name = 'SAMLRequest' | 'SAMLResponse';
const longestRelayState = 1_024;

/**
 * Takes a message out of a query or a form and verifies that the provider signed it. One that is not signed is refused:
 * it would let anybody sign people out.
 * @throws Refusal
 */
export async function receiveSigned(
  providers: FederationProviders,
  connection: SamlConnection,
  input: LogoutInput,
  name: Name,
): Promise<ReceivedMessage> {
  const known = providers.get(connection);
  const { entityId } = known.metadata;
  const arrived = input.method === 'GET' ? arrivedByRedirect(input.rawQuery, name) : arrivedByForm(input, name);
  const { verified: root } = await withKnownCertificates(providers, connection, known, arrived.verify);
  return { root, relayState: checkedRelayState(arrived.relayState), entityId };
}

type Arrived = { relayState: string | undefined; verify: (certificates: readonly string[]) => Element };

function arrivedByRedirect(rawQuery: string, name: Name): Arrived {
  const message = readRedirect(rawQuery, name);
  const root = readDocument(decodeMessage(message.message, 'deflated'));
  // This binding has its signature beside the message (saml-bindings §3.4.4.1): none inside may be mistaken for it.
  if (signaturesIn(root) > 0) throw new Refusal('upstream.signature', 'upstream.signature-structure');
  const verify = (certificates: readonly string[]) => {
    if (!verifyRedirect(message, certificates)) throw new Refusal('upstream.signature', 'upstream.key-unknown');
    return root;
  };
  return { relayState: message.relayState, verify };
}

function arrivedByForm({ method, body, rawQuery }: LogoutInput, name: Name): Arrived {
  if (method !== 'POST' || rawQuery !== '' || !isObject(body)) throw malformed('form');
  const { [name]: message, RelayState: relayState, ...others } = body;
  const rest = Object.keys(others);
  if (typeof message !== 'string' || rest.length > 0) throw malformed('fields');
  if (relayState !== undefined && typeof relayState !== 'string') throw malformed('fields');
  const root = readDocument(decodeMessage(message, 'plain'));
  if (signaturesIn(root) > 1) throw new Refusal('upstream.signature', 'upstream.signature-structure');
  return {
    relayState,
    verify: (certificates) => verifySignature({ root, signed: root, idName: 'ID', certificates }),
  };
}

const signaturesIn = (root: Element): number =>
  [...withDescendants(root)].filter((element) => isNamed(element, { namespace: ns.signature, name: 'Signature' }))
    .length;

const malformed = (problem: string) => new Refusal('upstream.callback', 'upstream.callback-malformed', { problem });

function checkedRelayState(relayState: string | undefined): string | undefined {
  if (relayState !== undefined && Buffer.byteLength(relayState) > longestRelayState) throw malformed('relay-state');
  return relayState;
}
