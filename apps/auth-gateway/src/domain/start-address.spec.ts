import { startAddress } from './start-address.js';

const connectionId = 'conn_01jd3m00000000000000000001';

describe('where a sign-in of a portal begins', () => {
  it('is the application’s own address, with our issuer and the connection', () => {
    expect(startAddress('https://shop.example/start', 'https://id.example', connectionId)).toBe(
      `https://shop.example/start?iss=https%3A%2F%2Fid.example&connection_id=${connectionId}`,
    );
  });

  it('keeps what the application has in its address, except what only we may say', () => {
    const uri = 'https://shop.example/start?lang=de&iss=https://evil.example&connection_id=other';
    const { searchParams } = new URL(startAddress(uri, 'https://id.example', connectionId));
    expect(Object.fromEntries(searchParams)).toEqual({
      ...{ lang: 'de', iss: 'https://id.example', connection_id: connectionId },
    });
    expect([...searchParams]).toHaveLength(3);
  });
});
