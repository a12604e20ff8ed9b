import { judgeTransaction, type LeftFor, type Return } from './judge-transaction.js';

const left: LeftFor = { connectionId: 'conn_1', browserHash: 'mine', expiresAt: 100, usedAt: null };
const back: Return = { connectionId: 'conn_1', browserHash: 'mine', now: 99 };

describe('a return from a provider', () => {
  it('goes on when it is this browser’s, unused, in time and at its own callback address', () => {
    expect(judgeTransaction(left, back)).toBeUndefined();
  });

  it.each<[string, string, LeftFor | null, Return]>([
    ['unknown', 'nobody left with this state', null, back],
    ['not-this-browser', 'A7 another browser', left, { ...back, browserHash: 'other' }],
    ['not-this-browser', 'A7 a browser without a cookie', left, { ...back, browserHash: undefined }],
    ['used', 'a replay', { ...left, usedAt: 50 }, back],
    ['expired', 'too late', left, { ...back, now: 100 }],
    ['other-connection', 'A4 the callback address of another connection', left, { ...back, connectionId: 'conn_2' }],
    [
      'not-this-browser',
      'a stranger learns nothing more',
      { ...left, usedAt: 50 },
      { ...back, browserHash: 'x', now: 500 },
    ],
  ])('is refused as %s: %s', (code, _says, found, returned) => {
    expect(judgeTransaction(found, returned)).toBe(`sign-in.transaction-${code}`);
  });
});
