import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { exportJWK } from 'jose';

export type SigningKey = {
  kid: string;
  privateKey: webcrypto.CryptoKey;
  publicKey: webcrypto.CryptoKey;
  n: string;
  e: string;
  x5c: string;
};

export type PublishedKey = {
  kty: 'RSA';
  use: 'sig';
  kid: string;
  x5t: string;
  n: string;
  e: string;
  x5c: string[];
  cloud_instance_name: string;
  issuer: string;
};

const rsa = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
};
const year = 365 * 24 * 60 * 60 * 1000;

/** The keys of the simulated cloud. As in Entra, one set signs for all companies; personal accounts have their own. */
export class SigningKeys {
  private constructor(
    private published: SigningKey[],
    readonly consumers: SigningKey,
    readonly graph: SigningKey,
    /** A key of nobody here: what it signs must be refused. */
    readonly stranger: SigningKey,
  ) {}

  static async create(): Promise<SigningKeys> {
    const [work, consumers, graph, stranger] = await Promise.all([newKey(), newKey(), newKey(), newKey()]);
    return new SigningKeys([work], consumers, graph, stranger);
  }

  /** The key that signs now. */
  get current(): SigningKey {
    const [newest] = this.published;
    if (!newest) throw new Error('There is always one signing key.');
    return newest;
  }

  /** All that are published for work accounts, the one that signs first. */
  get forWork(): readonly SigningKey[] {
    return this.published;
  }

  /** A key nobody has seen signs from now on. Old ones stay published, unless they are to be dropped. */
  async rotate(dropOld: boolean): Promise<SigningKey> {
    const fresh = await newKey();
    this.published = dropOld ? [fresh] : [fresh, ...this.published].slice(0, 5);
    return fresh;
  }

  /** The published keys, each with the issuer it may sign for (a template on the shared endpoints). */
  publish(issuer: string, consumersIssuer: string): PublishedKey[] {
    const work = this.published.map((key) => toPublished(key, issuer));
    return issuer === consumersIssuer
      ? [toPublished(this.consumers, issuer)]
      : [...work, toPublished(this.consumers, consumersIssuer)];
  }
}

function toPublished({ kid, n, e, x5c }: SigningKey, issuer: string): PublishedKey {
  return {
    kty: 'RSA',
    use: 'sig',
    kid,
    x5t: kid,
    n,
    e,
    x5c: [x5c],
    cloud_instance_name: 'microsoftonline.com',
    issuer,
  };
}

/** A key with a certificate that says so of itself. */
export async function newKey(name = 'CN=accounts.simulator.example', years = 5): Promise<SigningKey> {
  const keys = (await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify'])) as {
    privateKey: webcrypto.CryptoKey;
    publicKey: webcrypto.CryptoKey;
  };
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      name,
      notBefore: new Date(Date.now() - 24 * 60 * 60 * 1000),
      notAfter: new Date(Date.now() + years * year),
      signingAlgorithm: rsa,
      keys,
    },
    webcrypto as unknown as Parameters<typeof x509.X509CertificateGenerator.createSelfSigned>[1],
  );
  const der = Buffer.from(certificate.rawData);
  const { n = '', e = '' } = await exportJWK(keys.publicKey);
  const kid = createHash('sha1').update(der).digest('base64url');
  return { kid, ...keys, n, e, x5c: der.toString('base64') };
}
