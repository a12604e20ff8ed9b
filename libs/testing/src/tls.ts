import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { X509Certificate, createPrivateKey, randomBytes, webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';

/** A certificate chain (leaf first) and its PKCS#8 private key, both PEM: what `https.createServer` takes. */
export type IssuedCertificate = { certPem: string; keyPem: string };

export type CertificateAuthority = {
  /** The root certificate; what a client must trust. */
  caPem: string;
  /** Where the root lies on disk, for NODE_EXTRA_CA_CERTS; only when a folder was given. */
  caFile?: string;
  /** A server certificate for these DNS names and IP addresses (the first is the subject's name). */
  issue(hosts: string[]): Promise<IssuedCertificate>;
};

type KeyPair = { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey };
type Root = { certificate: x509.X509Certificate; certPem: string; privateKey: webcrypto.CryptoKey };

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const rsa = {
  ...{ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 2_048 },
  publicExponent: new Uint8Array([1, 0, 1]),
};
const day = 24 * 60 * 60 * 1000;
const rootFiles = { certificate: 'ca.pem', key: 'ca.key' };

// Node's own Web Crypto; the library names the browser's type, which is there only where DOM types are.
x509.cryptoProvider.set(webcrypto as never);

/**
 * A certificate authority for local servers and tests. With a folder, the root found there is used again (so that a
 * browser or NODE_EXTRA_CA_CERTS keeps trusting it) and is made when missing or near its end; files have mode 0600.
 * Without a folder it lives in memory. Never use it for anything that other machines reach.
 */
export async function createCertificateAuthority({ folder }: { folder?: string } = {}): Promise<CertificateAuthority> {
  const root = (folder && (await readRoot(folder))) || (await makeRoot());
  const caFile = folder ? join(folder, rootFiles.certificate) : undefined;
  if (folder) await saveRoot(folder, root);
  return {
    caPem: root.certPem,
    ...(caFile ? { caFile } : {}),
    issue: (hosts) => issue(root, hosts),
  };
}

/** A self-signed RSA certificate, as identity providers publish them. Takes a tenth of a second or more. */
export async function createSigningCertificate(name: string): Promise<IssuedCertificate> {
  const keys = await webcrypto.subtle.generateKey(rsa, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 365 * day),
    signingAlgorithm: rsa,
    keys,
  });
  return { certPem: pem(certificate), keyPem: await privatePem(keys.privateKey) };
}

async function makeRoot(): Promise<Root> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=Homerealm local test CA ${randomBytes(3).toString('hex')}`,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Date.now() + 5 * 365 * day),
    signingAlgorithm: ecdsa,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, certPem: pem(certificate), privateKey: keys.privateKey };
}

async function issue(root: Root, hosts: string[]): Promise<IssuedCertificate> {
  const [first] = hosts;
  if (first === undefined) throw new RangeError('A certificate needs at least one host name or IP address.');
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [first] }],
    issuer: root.certificate.subject,
    notBefore: new Date(Date.now() - day),
    notAfter: new Date(Math.min(Date.now() + 365 * day, root.certificate.notAfter.getTime())),
    signingAlgorithm: ecdsa,
    publicKey: keys.publicKey,
    signingKey: root.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(hosts.map(alternativeName)),
      await x509.AuthorityKeyIdentifierExtension.create(root.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certPem: pem(certificate) + root.certPem, keyPem: await privatePem(keys.privateKey) };
}

function alternativeName(host: string): x509.JsonGeneralName {
  return { type: isIP(host) ? 'ip' : 'dns', value: host };
}

/** The root in the folder, or undefined when there is none, the two do not belong together, or it ends within 30 days. */
async function readRoot(folder: string): Promise<Root | undefined> {
  const [certificateFile, keyFile] = [join(folder, rootFiles.certificate), join(folder, rootFiles.key)];
  if (!existsSync(certificateFile) || !existsSync(keyFile)) return undefined;
  try {
    const certPem = readFileSync(certificateFile, 'utf8');
    const certificate = new x509.X509Certificate(certPem);
    if (certificate.notAfter.getTime() < Date.now() + 30 * day) return undefined;
    const keyPem = readFileSync(keyFile, 'utf8');
    // Two processes may have made a root at the same moment: a key of one beside the certificate of the other.
    if (!new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem))) return undefined;
    const pkcs8 = x509.PemConverter.decodeFirst(keyPem);
    const privateKey = await webcrypto.subtle.importKey('pkcs8', pkcs8, ecdsa, true, ['sign']);
    return { certificate, certPem, privateKey };
  } catch {
    return undefined;
  }
}

async function saveRoot(folder: string, root: Root): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, rootFiles.certificate);
  if (existsSync(file) && readFileSync(file, 'utf8') === root.certPem) return;
  writeWhole(join(folder, rootFiles.key), await privatePem(root.privateKey));
  writeWhole(file, root.certPem);
}

/** Another process may read at any moment: it sees the old file or the new one, never a half. */
function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  renameSync(draft, file);
}

async function newKeys(): Promise<KeyPair> {
  return (await webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify'])) as KeyPair;
}

async function privatePem(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`;
}

/** Through Node's own parser: a certificate that Node could not read must fail here, not at the first handshake. */
function pem(certificate: x509.X509Certificate): string {
  return new X509Certificate(certificate.toString('pem')).toString();
}

/** RFC 5280 §4.1.2.2: positive, at most 20 octets. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
