import { attacksOf, endingAt, takeApart, type Ending, type Pieces } from './fixtures/attack.js';
import { alteredTexts } from './fixtures/altered-texts.js';
import { costlyDocuments } from './fixtures/costly-documents.js';
import { boundMs, cheapestMs, endingOf } from './fixtures/door.js';
import {
  entraNames,
  federationTransaction,
  makeSigningPair,
  now,
  protocolOptions,
  samlConnection,
  samlPost,
  samlResponse,
} from './fixtures/identity-provider.js';
import { oddBytes, oddDocuments } from './fixtures/odd-documents.js';
import { signaturePlaces } from './fixtures/signature-places.js';
import { keyInfoTricks, wellSignedTricks } from './fixtures/signature-tricks.js';
import { responseWrapping, signedResponseWrapping } from './fixtures/wrapping-responses.js';
import { doubledIds, wrapping } from './fixtures/wrapping.js';
import { wrongFields, wrongShapes } from './fixtures/wrong-fields.js';
import { wrongSamlFields } from './fixtures/wrong-saml-fields.js';
import type { CallbackInput, SamlConnection, UpstreamOutcome } from '../index.js';
import { createSamlProtocol } from './saml/saml-protocol.js';

const pair = await makeSigningPair();
const stranger = await makeSigningPair('Stranger');
const transaction = federationTransaction('entra-saml');
const connection = samlConnection(pair);

const complete = (input: CallbackInput, change: Partial<SamlConnection> = {}): Promise<UpstreamOutcome> =>
  createSamlProtocol(protocolOptions()).complete({ ...connection, ...change }, transaction, input, { now });
const post = (xml: string | Buffer) => complete(samlPost(xml, transaction));

async function expectEnding(outcome: UpstreamOutcome, ends: Ending): Promise<void> {
  expect(endingOf(outcome)).toBe(ends);
  if (outcome.outcome === 'account') return;
  expect(outcome.checks.at(-1)).toMatchObject({ outcome: 'failed', details: { code: ends } });
  expect(outcome.checks.filter((check) => check.outcome === 'failed')).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toMatch(/contoso\.example|attacker\.example|ds:|saml:/);
}

const valid = await samlResponse(pair, transaction);
const pieces: Pieces = takeApart(valid, stranger);
const wrapped = takeApart(await samlResponse(pair, transaction, { sign: 'response' }), stranger);

describe('a signed assertion', () => {
  it.each(['assertion', 'response', 'both'] as const)('signs in whom it names, with the %s signed', async (sign) => {
    expect(await post(await samlResponse(pair, transaction, { sign }))).toMatchObject({
      outcome: 'account',
      account: { key: { kind: 'entra', tenantId: entraNames.tenantId, objectId: entraNames.objectId } },
    });
  });

  it.each(
    endingAt('saml', [
      ...attacksOf(wrapping, pieces),
      ...attacksOf(responseWrapping, pieces),
      ...attacksOf(doubledIds, pieces),
      ...attacksOf(signaturePlaces, pieces),
      ...attacksOf(alteredTexts, pieces),
    ]),
  )('A21: $case → $ends', async ({ xml, ends }) => {
    await expectEnding(await post(xml), ends);
  });

  it.each(endingAt('saml', [...wellSignedTricks, ...keyInfoTricks(pair, stranger)]))(
    'A21: signed with $case → $ends',
    async ({ signature, ends }) => {
      await expectEnding(await post(await samlResponse(pair, transaction, { signature })), ends);
    },
  );

  it.each(endingAt('saml', [...wrongFields, ...wrongShapes, ...wrongSamlFields]))(
    'A23: $case → $ends',
    async ({ changes, ends }) => {
      await expectEnding(await post(await samlResponse(pair, transaction, changes)), ends);
    },
  );
});

describe('a signed Response around an assertion that is not', () => {
  it.each(endingAt('saml', attacksOf(signedResponseWrapping, wrapped)))('A21: $case → $ends', async ({ xml, ends }) => {
    await expectEnding(await post(xml), ends);
  });
});

describe('documents that are to hurt', () => {
  it.each(endingAt('saml', oddDocuments))('A22: $case → $ends', async ({ text, ends }) => {
    await expectEnding(await post(text(valid)), ends);
  });
  it.each(endingAt('saml', costlyDocuments))('A22: $case → $ends, in bounded time', async ({ text, ends }) => {
    const xml = text(valid);
    let outcome: UpstreamOutcome | undefined;
    expect(await cheapestMs(async () => (outcome = await post(xml)))).toBeLessThan(boundMs);
    if (outcome) await expectEnding(outcome, ends);
  });
  it.each(endingAt('saml', oddBytes))('A22: $case → $ends', async ({ bytes, ends }) => {
    await expectEnding(await post(bytes(valid)), ends);
  });
});
