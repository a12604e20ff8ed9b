import { stateOfAnswer } from './state-of-answer.js';

describe('the state of a provider’s answer', () => {
  it.each(['state', 'RelayState', 'wctx'])('stands under %s', (name) => {
    expect(stateOfAnswer({ [name]: 'abc', other: 'x' })).toBe('abc');
  });

  it.each<[string, Record<string, unknown>]>([
    ['is nowhere', { code: 'c' }],
    ['stands under two names', { state: 'abc', wctx: 'abc' }],
    ['stands there twice', { RelayState: ['abc', 'abc'] }],
    ['is no text', { wctx: { toString: 'abc' } }],
    ['is spelled otherwise', { relaystate: 'abc' }],
  ])('is not known where it %s', (_how, answer) => {
    expect(stateOfAnswer(answer)).toBeUndefined();
  });
});
