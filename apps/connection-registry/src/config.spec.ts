import { config } from './config.js';

const enough = {
  ISSUER: 'http://localhost:4000',
  DATABASE_URL: 'postgres://localhost/registry',
  SEALING_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
};

describe('the settings', () => {
  it('are few: the rest has defaults', () => {
    expect(config.read(enough)).toMatchObject({ PORT: 4100, HOST: '127.0.0.1', ENTRA_AUTHORITIES: undefined });
  });

  it('are refused together, in plain words and without a key', () => {
    const bad = {
      ...{ ...enough, SEALING_KEYS: 'k1:canary', ENTRA_AUTHORITIES: 'http://x=https://y' },
      ...{ SOCIAL_ISSUERS: 'google=http://x', UPSTREAM_PRIVATE_ORIGINS: 'https://idp.example/path' },
    };
    expect(() => config.read(bad)).toThrow(
      /SEALING_KEYS: a sealing key is written[^]*ENTRA_AUTHORITIES: expected an https[^]*SOCIAL_ISSUERS: the issuer of google[^]*UPSTREAM_PRIVATE_ORIGINS: expected https origins/,
    );
    expect(() => config.read(bad)).not.toThrow(/canary/);
  });
});
