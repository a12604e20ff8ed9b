import { randomBytes } from 'node:crypto';
import type { UpstreamOutcome } from '../../upstream-protocol.js';
import {
  claimUris,
  entraNames,
  federationTransaction,
  makeSigningPair,
  MemoryReplays,
  now,
  protocolOptions,
  wsfedConnection,
  wsfedPost,
  wsfedResult,
  type AnswerChanges,
  type SigningPair,
} from '../fixtures/identity-provider.js';
import type { WsfedConnection } from '../federation-connection.js';
import { createWsfedProtocol, wsfedSignOutUrl } from './wsfed-protocol.js';

let pair: SigningPair;
let next: SigningPair;
beforeAll(async () => {
  [pair, next] = await Promise.all([makeSigningPair(), makeSigningPair('Next')]);
});

const transaction = federationTransaction('entra-wsfed');
const protocolOf = (replays = new MemoryReplays()) => createWsfedProtocol({ ...protocolOptions(), replays });
const minutes = (count: number) => new Date(now.getTime() + count * 60_000);

const answerOf = (changes: AnswerChanges, settings: Partial<WsfedConnection> = {}): Promise<UpstreamOutcome> =>
  protocolOf().complete(
    wsfedConnection(pair, settings),
    transaction,
    wsfedPost(wsfedResult(pair, changes), transaction),
    { now },
  );
const verdict = (outcome: UpstreamOutcome) =>
  outcome.outcome === 'account' ? 'account' : `${outcome.checks.at(-1)?.code} ${outcome.code}`;

describe('an answer that signs in', () => {
  const adfs: AnswerChanges = { envelope: '1.3', assertion: { version: '1.1' } };
  it.each<[string, AnswerChanges]>([
    ['of Entra: SAML 2.0 in WS-Trust 2005', {}],
    ['of ADFS: SAML 1.1 in WS-Trust 1.3', adfs],
    ['of ADFS: SAML 1.1 in WS-Trust 2005', { assertion: { version: '1.1' } }],
    ['SAML 2.0 in WS-Trust 1.3', { envelope: '1.3' }],
    ['for our realm as spn', { assertion: { audience: `spn:${entraNames.application}` } }],
    ['that names us as recipient', { assertion: { recipient: entraNames.callbackUrl } }],
    ['without a certificate in it', { signature: { keyInfo: null } }],
    [
      'with the certificate of somebody else in it, which is not looked at',
      { signature: { keyInfo: '<ds:KeyName>x</ds:KeyName>' } },
    ],
    ['with XML around it', { edit: (xml) => `<?xml version="1.0" encoding="utf-8"?>\r\n${xml}\n` }],
    ['two minutes early', { now: minutes(6.9), assertion: { issuedAt: minutes(1.9), notBefore: minutes(1.9) } }],
    ['that just ended', { assertion: { notBefore: minutes(-60), notOnOrAfter: minutes(-1.9) } }],
  ])('%s', async (_, changes) => {
    const outcome = await answerOf(changes);
    expect(outcome).toMatchObject({
      outcome: 'account',
      account: {
        key: { kind: 'entra', tenantId: entraNames.tenantId, objectId: entraNames.objectId },
        pairwiseSubject: 'ada@contoso.example',
        asOf: now.toISOString(),
        claims: { email: 'ada@contoso.example', displayName: 'Ada Example', givenName: 'Ada', familyName: 'Example' },
      },
      session: { nameId: 'ada@contoso.example' },
    });
  });
});
