import type { EntraCredential } from '../../entra/entra-connection.js';
import { makeSigningPair, type SigningPair } from '../fixtures/identity-provider.js';
import { certificatesNewestFirst, publicCertificates } from './signing-certificate.js';

const asCredential = (pair: SigningPair): EntraCredential => ({ kind: 'certificate', ...pair });

describe('the certificates of a connection', () => {
  let [older, newer]: SigningPair[] = [];
  const unreadable: EntraCredential = { kind: 'certificate', privateKeyPem: 'x', certificatePem: 'no certificate' };
  const secret: EntraCredential = { kind: 'client-secret', value: 'x' };

  beforeAll(async () => {
    older = await makeSigningPair('Older');
    newer = await makeSigningPair('Newer', 2048, '2021-01-01');
  });
  const all = () => [unreadable, ...[older, newer].flatMap((pair) => (pair ? [asCredential(pair)] : [])), secret];

  it('are tried newest first, one that cannot be read last', () => {
    const found = certificatesNewestFirst(all()).map(({ certificatePem }) => certificatePem);
    expect(found).toEqual([newer?.certificatePem, older?.certificatePem, 'no certificate']);
  });

  it('are shown to others newest first, without one that cannot be read', () => {
    expect(publicCertificates(all())).toEqual([newer?.certificatePem, older?.certificatePem]);
  });
});
