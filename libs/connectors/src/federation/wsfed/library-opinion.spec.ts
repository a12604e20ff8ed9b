import { makeSigningPair, wsfedResult, type AnswerChanges, type SigningPair } from '../fixtures/identity-provider.js';
import { verifySignature } from '../xml/verify-signature.js';
import { askLibrary } from './library-opinion.js';
import { readEnvelope } from './read-envelope.js';

let pair: SigningPair;
let stranger: SigningPair;
beforeAll(async () => {
  [pair, stranger] = await Promise.all([makeSigningPair(), makeSigningPair('Stranger')]);
});

function verified(changes: AnswerChanges = {}) {
  const token = readEnvelope(wsfedResult(pair, changes));
  const idName = token.version === '2.0' ? 'ID' : 'AssertionID';
  const { root, assertion: signed } = token;
  return { token, signed: verifySignature({ root, signed, idName, certificates: [pair.certificatePem] }) };
}

describe('A21: the second opinion on a WS-Federation answer', () => {
  it.each<[string, AnswerChanges]>([
    ['2.0', {}],
    ['1.1', { assertion: { version: '1.1' } }],
  ])('agrees with ours about SAML %s, with any of the certificates', (_, changes) => {
    const { token, signed } = verified(changes);
    askLibrary(token, signed, [stranger.certificatePem, pair.certificatePem]);
  });

  const refusal = expect.objectContaining({ code: 'upstream.second-opinion' });

  it('is no when none of those who may sign did', () => {
    const { token, signed } = verified();
    expect(() => askLibrary(token, signed, [stranger.certificatePem])).toThrow(refusal);
  });

  it('is no when what we read is not what it finds signed', () => {
    const { token } = verified();
    const { signed } = verified({ assertion: { nameId: 'somebody-else' } });
    expect(() => askLibrary(token, signed, [pair.certificatePem])).toThrow(refusal);
  });

  it('is no when the text was altered after our reading', () => {
    const { token, signed } = verified();
    const altered = { ...token, text: token.text.replace('Ada', 'Eve') };
    expect(altered.text).not.toBe(token.text);
    expect(() => askLibrary(altered, signed, [pair.certificatePem])).toThrow(refusal);
  });
});
