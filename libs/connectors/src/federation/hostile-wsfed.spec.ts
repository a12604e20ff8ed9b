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
  wsfedConnection,
  wsfedPost,
  wsfedResult,
  type AnswerChanges,
} from './fixtures/identity-provider.js';
import { oddDocuments } from './fixtures/odd-documents.js';
import { signaturePlaces } from './fixtures/signature-places.js';
import { keyInfoTricks, wellSignedTricks } from './fixtures/signature-tricks.js';
import { trustWrapping } from './fixtures/wrapping-envelopes.js';
import { doubledIds, wrapping } from './fixtures/wrapping.js';
import { wrongFields, wrongShapes } from './fixtures/wrong-fields.js';
import type { CallbackInput, UpstreamOutcome, WsfedConnection } from '../index.js';
import { createWsfedProtocol } from './wsfed/wsfed-protocol.js';

const pair = await makeSigningPair();
const stranger = await makeSigningPair('Stranger');
const transaction = federationTransaction('entra-wsfed');
const connection = wsfedConnection(pair);

const complete = (input: CallbackInput, change: Partial<WsfedConnection> = {}): Promise<UpstreamOutcome> =>
  createWsfedProtocol(protocolOptions()).complete({ ...connection, ...change }, transaction, input, { now });
const post = (xml: string) => complete(wsfedPost(xml, transaction));

async function expectEnding(outcome: UpstreamOutcome, ends: Ending): Promise<void> {
  expect(endingOf(outcome)).toBe(ends);
  if (outcome.outcome === 'account') return;
  expect(outcome.checks.at(-1)).toMatchObject({ outcome: 'failed', details: { code: ends } });
  expect(outcome.checks.filter((check) => check.outcome === 'failed')).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toMatch(/contoso\.example|attacker\.example|ds:|saml:/);
}

/** Every kind of assertion in every kind of envelope. */
const shapes: { shape: string; changes: AnswerChanges }[] = [
  { shape: 'SAML 2.0 in WS-Trust 2005', changes: {} },
  { shape: 'SAML 1.1 in WS-Trust 2005', changes: { assertion: { version: '1.1' } } },
  { shape: 'SAML 2.0 in WS-Trust 1.3', changes: { envelope: '1.3' } },
  { shape: 'SAML 1.1 in WS-Trust 1.3', changes: { assertion: { version: '1.1' }, envelope: '1.3' } },
];
const withVersion = (changes: AnswerChanges, { assertion }: AnswerChanges): AnswerChanges => ({
  ...changes,
  assertion: { ...changes.assertion, ...assertion },
});

describe.each(shapes)('$shape', ({ changes: shape }) => {
  const valid = wsfedResult(pair, shape);
  const pieces: Pieces = takeApart(valid, stranger);

  it('signs in whom it names', async () => {
    expect(await post(valid)).toMatchObject({
      outcome: 'account',
      account: { key: { kind: 'entra', tenantId: entraNames.tenantId, objectId: entraNames.objectId } },
    });
  });

  it.each(
    endingAt('wsfed', [
      ...attacksOf(wrapping, pieces),
      ...attacksOf(trustWrapping, pieces),
      ...attacksOf(doubledIds, pieces),
      ...attacksOf(signaturePlaces, pieces),
      ...attacksOf(alteredTexts, pieces),
    ]),
  )('A21: $case → $ends', async ({ xml, ends }) => {
    await expectEnding(await post(xml), ends);
  });
});

/** Each version of SAML once: what stands around it was looked at above. */
describe.each(shapes.filter((_, i) => i === 1 || i === 2))('$shape, signed anew', ({ changes: shape }) => {
  it.each(endingAt('wsfed', [...wellSignedTricks, ...keyInfoTricks(pair, stranger)]))(
    'A21: signed with $case → $ends',
    async ({ signature, ends }) => {
      await expectEnding(await post(wsfedResult(pair, { ...shape, signature })), ends);
    },
  );

  it.each(endingAt('wsfed', [...wrongFields, ...wrongShapes]))('A23: $case → $ends', async ({ changes, ends }) => {
    await expectEnding(await post(wsfedResult(pair, withVersion(changes, shape))), ends);
  });
});

describe('documents that are to hurt', () => {
  const valid = wsfedResult(pair);
  it.each(endingAt('wsfed', oddDocuments))('A22: $case → $ends', async ({ text, ends }) => {
    await expectEnding(await post(text(valid)), ends);
  });
  it.each(endingAt('wsfed', costlyDocuments))('A22: $case → $ends, in bounded time', async ({ text, ends }) => {
    const xml = text(valid);
    let outcome: UpstreamOutcome | undefined;
    expect(await cheapestMs(async () => (outcome = await post(xml)))).toBeLessThan(boundMs);
    if (outcome) await expectEnding(outcome, ends);
  });
});
