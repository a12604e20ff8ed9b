import { randomUUID } from 'node:crypto';
import type { Draft } from '../federation/draft.js';
import { claimTypes, nameIdFormats, statusCodes } from '../federation/names.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { FaultRow, Outcome } from './row.js';

type World = { now: number; previousId: string | undefined };
type Row = FaultRow & { change(draft: Draft, world: World): void };

const evil = 'https://evil.example';
const row = (says: string, change: Row['change'], outcome: Outcome = 'refused'): Row => ({ says, outcome, change });

const set =
  (fields: (draft: Draft, world: World) => Partial<Draft>): Row['change'] =>
  (draft, world) =>
    void Object.assign(draft, fields(draft, world));

const claims =
  (change: (before: Draft['attributes']) => Draft['attributes']): Row['change'] =>
  (draft) => {
    draft.attributes = change(draft.attributes);
  };
const without = (name: string) => claims((all) => all.filter((each) => each.name !== name));
const withValues = (name: string, change: (values: string[]) => string[]) =>
  claims((all) => all.map((each) => (each.name === name ? { name, values: change(each.values) } : each)));

const afterSigning =
  (change: (assertion: string, draft: Draft) => string): Row['change'] =>
  (draft) =>
    void draft.spoilAssertion.push((assertion) => change(assertion, draft));
const atTheEnd =
  (change: (document: string) => string): Row['change'] =>
  (draft) =>
    void draft.spoilDocument.push(change);

/** Faults of the signed document, by SAML as by WS-Federation. */
export const assertionFaults = {
  'assertion-unsigned': row(
    'Nothing is signed.',
    set(() => ({ signing: 'none' })),
  ),
  'assertion-sha1': row(
    'The signature is made with SHA-1.',
    set(() => ({ sha1: true })),
  ),
  'assertion-wrong-key': row(
    'It is signed with a certificate that no metadata shows; the certificate lies beside the signature.',
    set(() => ({ signedBy: 'stranger' })),
  ),
  'assertion-tampered': row(
    'The person was changed after signing.',
    afterSigning((assertion, { attributes, nameId }) =>
      assertion.replaceAll(valueOf(attributes, claimTypes.objectId) ?? nameId.value, randomUUID()),
    ),
  ),
  'assertion-wrapped': row(
    'A forged assertion stands before the signed one.',
    afterSigning((assertion, draft) => forged(assertion, draft) + assertion),
  ),
  'assertion-wrong-issuer': row(
    'The issuer is another tenant.',
    set(() => ({ issuer: `https://sts.windows.net/${randomUUID()}/` })),
  ),
  'assertion-wrong-audience': row(
    'The audience is another application.',
    set(() => ({ audience: `${evil}/app` })),
  ),
  'assertion-no-audience': row(
    'It does not say for whom it is.',
    set(() => ({ audience: undefined })),
  ),
  'assertion-expired': row(
    'It expired ten minutes ago.',
    set((_, { now }) => ({ notBefore: now - 4_200, issuedAt: now - 4_200, notOnOrAfter: now - 600 })),
  ),
  'assertion-not-yet-valid': row(
    'It becomes valid in ten minutes.',
    set((_, { now }) => ({ notBefore: now + 600 })),
  ),
  'assertion-replayed-id': row(
    'It has the id of the assertion that this application got before; with the first one there is no fault.',
    set((draft, { previousId }) => ({ id: previousId ?? draft.id })),
  ),
  'assertion-no-tenant': row('The tenantid claim is missing.', without(claimTypes.tenantId)),
  'assertion-wrong-tenant': row(
    'The tenantid claim names another tenant.',
    withValues(claimTypes.tenantId, () => [randomUUID()]),
  ),
  'assertion-no-object': row('The objectidentifier claim is missing.', without(claimTypes.objectId)),
  'assertion-doubled-attribute': row(
    'The objectidentifier claim comes twice, with two values.',
    claims((all) => [...all, { name: claimTypes.objectId, values: [randomUUID()] }]),
  ),
  'assertion-transient': row(
    'The person is named by a transient NameID, another one each time; who knows people by object id may go on.',
    set(() => ({ nameId: { value: `_${randomUUID()}`, format: nameIdFormats.transient } })),
    'tolerated',
  ),
  'assertion-comment-in-name': row(
    'Somebody put a comment into the NameID, which the signature does not notice; the whole text is what was signed.',
    afterSigning((assertion, { nameId: { value } }) =>
      assertion.replaceAll(`>${value}<`, `>${value.slice(0, 4)}<!---->${value.slice(4)}<`),
    ),
    'tolerated',
  ),
  'assertion-doctype': row(
    'The document begins with a document type that defines entities.',
    atTheEnd((text) => `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>${text}`),
  ),
  'assertion-huge': row(
    'The document is 10 MB large, rightly signed.',
    claims((all) => [...all, { name: `${evil}/filler`, values: ['x'.repeat(10 * 1024 * 1024)] }]),
  ),
  'assertion-deep': row(
    'Two thousand elements stand in each other.',
    atTheEnd((text) => text.replace(/(<\/[\w:]+>)$/, `${'<x>'.repeat(2_000)}${'</x>'.repeat(2_000)}$1`)),
  ),
  'assertion-byte-order-mark': row(
    'The document begins with a byte order mark.',
    atTheEnd((text) => `\ufeff${text}`),
    'tolerated',
  ),
  'wrong-context': row(
    'RelayState or wctx is another one.',
    set(() => ({ context: 'not-the-context-you-sent' })),
  ),
  'missing-context': row(
    'RelayState or wctx is missing.',
    set(() => ({ context: undefined })),
  ),
} satisfies Record<string, Row>;

/** Faults that only SAML has. */
export const samlFaults = {
  'saml-status-requester': row(
    'The status says that the sign-in failed, and the signed assertion is there all the same.',
    set(() => ({ status: statusCodes.requester })),
  ),
  'saml-wrong-destination': row(
    'The response was meant for another address.',
    set(() => ({ destination: `${evil}/acs` })),
  ),
  'saml-wrong-recipient': row(
    'The assertion was made for another address.',
    set(() => ({ recipient: `${evil}/acs` })),
  ),
  'saml-wrong-in-response-to': row(
    'It answers another request.',
    set(() => ({ inResponseTo: `_${randomUUID()}`, envelopeInResponseTo: `_${randomUUID()}` })),
  ),
  'saml-unsigned-in-response-to': row(
    'Only the envelope, which nobody signed, says which request is answered.',
    set(() => ({ inResponseTo: undefined, signing: 'assertion' })),
  ),
  'saml-encrypted-for-another': row(
    'The assertion is encrypted for somebody else.',
    set(() => ({ encryption: 'stranger' })),
  ),
  'saml-encrypted-cbc': row(
    'The assertion is encrypted without a seal (AES-CBC), for the app’s certificate where it has one.',
    set(() => ({ encryption: 'aes256-cbc' })),
  ),
} satisfies Record<string, Row>;

/** Faults of sign-out. */
export const signOutFaults = {
  'saml-sign-out-refused': {
    says: 'The answer to a sign-out request says that it failed; the session at the provider is over all the same.',
    outcome: 'tolerated',
  },
} satisfies Record<string, FaultRow>;

/** Faults that only WS-Federation has. */
export const wsfedFaults = {
  'wsfed-two-tokens': row(
    'The answer holds the signed token twice.',
    afterSigning((assertion) => assertion + assertion),
  ),
} satisfies Record<string, Row>;

/** Changes the draft by every fault that is armed for this answer. */
export function applyAssertionFaults(draft: Draft, exchange: Exchange, simulation: Simulation): void {
  const own: Record<string, Row> = draft.door === 'saml' ? samlFaults : wsfedFaults;
  const world = { now: simulation.now(), previousId: simulation.lastAssertions.get(exchange.clientId ?? '') };
  for (const [name, { change }] of Object.entries({ ...assertionFaults, ...own })) {
    if (simulation.faults.take(name, exchange)) change(draft, world);
  }
}

function valueOf(attributes: Draft['attributes'], name: string): string | undefined {
  return attributes.find((each) => each.name === name)?.values[0];
}

/** The same assertion about somebody else, under another id and without its signature. */
function forged(assertion: string, { id, nameId, attributes }: Draft): string {
  const objectId = valueOf(attributes, claimTypes.objectId);
  const renamed = assertion.replaceAll(id, `_${randomUUID()}`).replaceAll(nameId.value, 'somebody-else');
  const about = objectId ? renamed.replaceAll(objectId, randomUUID()) : renamed;
  return about.replace(/<Signature .*<\/Signature>/s, '');
}
