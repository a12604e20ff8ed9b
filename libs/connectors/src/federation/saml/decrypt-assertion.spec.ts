import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto';
import { makeSigningPair, type SigningPair } from '../fixtures/identity-provider.js';
import { readDocument } from '../xml/read-document.js';
import { decryptAssertion } from './decrypt-assertion.js';

let pair: SigningPair;
beforeAll(async () => {
  pair = await makeSigningPair();
});

const xenc = 'http://www.w3.org/2001/04/xmlenc#';
const xenc11 = 'http://www.w3.org/2009/xmlenc11#';
const digest = (name: string) => `<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#${name}"/>`;
const mask = (name: string) => `<n:MGF xmlns:n="${xenc11}" Algorithm="${xenc11}${name}"/>`;

type Sealing = {
  transport?: string;
  parts?: string;
  oaepHash?: string;
  cipher?: 128 | 192 | 256;
  beside?: boolean;
  tag?: number;
};

/** An EncryptedAssertion written by hand: libraries for Node know one key transport only. */
function sealed({
  transport = `${xenc}rsa-oaep-mgf1p`,
  parts = '',
  oaepHash = 'sha1',
  cipher = 256,
  beside,
  tag = 16,
}: Sealing) {
  const [key, nonce] = [randomBytes(cipher / 8), randomBytes(12)];
  const sealer = createCipheriv(`aes-${cipher}-gcm`, key, nonce);
  const content = Buffer.concat([
    nonce,
    sealer.update('<secret/>'),
    sealer.final(),
    sealer.getAuthTag().subarray(0, tag),
  ]);
  const padding = constants.RSA_PKCS1_OAEP_PADDING;
  const sealedKey = publicEncrypt({ key: pair.certificatePem, padding, oaepHash }, key);
  const value = (bytes: Buffer) =>
    `<e:CipherData><e:CipherValue>${bytes.toString('base64')}</e:CipherValue></e:CipherData>`;
  const encryptedKey = `<e:EncryptedKey><e:EncryptionMethod Algorithm="${transport}">${parts}</e:EncryptionMethod>${value(sealedKey)}</e:EncryptedKey>`;
  return readDocument(
    `<a xmlns:e="${xenc}" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><e:EncryptedData>` +
      `<e:EncryptionMethod Algorithm="${xenc11}aes${cipher}-gcm"/>` +
      `${beside ? '' : `<ds:KeyInfo>${encryptedKey}</ds:KeyInfo>`}${value(content)}</e:EncryptedData>${beside ? encryptedKey : ''}</a>`,
  );
}
const open = (sealing: Sealing) => decryptAssertion(sealed(sealing), [{ kind: 'certificate', ...pair }]);
const sha256 = digest('sha256') + mask('mgf1sha256');

describe('an encrypted assertion', () => {
  it.each<{ case: string; sealing: Sealing }>([
    { case: 'the older key transport', sealing: {} },
    {
      case: 'the newer one with SHA-256',
      sealing: { transport: `${xenc11}rsa-oaep`, parts: sha256, oaepHash: 'sha256' },
    },
    { case: 'the newer one with its defaults', sealing: { transport: `${xenc11}rsa-oaep` } },
    { case: 'AES-128', sealing: { cipher: 128 } },
    { case: 'AES-192', sealing: { cipher: 192 } },
    { case: 'the key beside the data', sealing: { beside: true } },
  ])('is opened with $case', ({ sealing }) => {
    expect(open(sealing)).toMatchObject({ xml: '<secret/>', privateKeyPem: pair.privateKeyPem });
  });

  it.each<{ case: string; sealing: Sealing; code: string }>([
    { case: 'with RSA 1.5', sealing: { transport: `${xenc}rsa-1_5` }, code: 'encryption-refused' },
    {
      case: 'with hashes that do not belong together',
      sealing: { parts: digest('sha256') },
      code: 'encryption-refused',
    },
    { case: 'with a label', sealing: { parts: '<e:OAEPparams>AA==</e:OAEPparams>' }, code: 'encryption-refused' },
    { case: 'with a short tag', sealing: { tag: 4 }, code: 'decryption-failed' },
    { case: 'for another hash than it says', sealing: { oaepHash: 'sha256' }, code: 'decryption-failed' },
  ])('is refused $case', ({ sealing, code }) => {
    expect(() => open(sealing)).toThrow(expect.objectContaining({ code: `upstream.${code}` }));
  });

  it('is refused when a part of it is missing', () => {
    expect(() => decryptAssertion(readDocument(`<a xmlns="${xenc}"><EncryptedData/></a>`), [])).toThrow(
      expect.objectContaining({ code: 'upstream.decryption-failed' }),
    );
  });
});
