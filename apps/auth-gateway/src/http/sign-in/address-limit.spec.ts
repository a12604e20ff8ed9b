import { AddressLimit, networkOf } from './address-limit.js';

describe('the limit for each address', () => {
  it('lets so many through a minute, and says how long to wait', () => {
    let now = 0;
    const limit = new AddressLimit(2, () => now);
    expect([limit.take('192.0.2.1'), limit.take('192.0.2.1'), limit.take('192.0.2.1')]).toEqual([
      undefined,
      undefined,
      60,
    ]);
    expect(limit.take('192.0.2.2')).toBeUndefined();
    now = 59_500;
    expect(limit.take('192.0.2.1')).toBe(1);
    now = 60_000;
    expect(limit.take('192.0.2.1')).toBeUndefined();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0DB8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});
