import { constants, createDecipheriv, createPrivateKey, privateDecrypt } from 'node:crypto';
import { Refusal } from '../../check-list.js';
import type { EntraCredential } from '../../entra/entra-connection.js';
import { attributeOf, onlyChild, textOf } from '../xml/elements.js';
import { ns } from '../xml/names.js';
import { decodeBase64, decodeUtf8 } from './decode-message.js';
import { certificatesNewestFirst } from './signing-certificate.js';

const encryption11 = 'http://www.w3.org/2009/xmlenc11#';

/** CBC modes are not among them: whoever may post answers could read a text block by block (padding oracle). */
type Cipher = { name: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm'; keyBytes: number };
const ciphers: ReadonlyMap<string, Cipher> = new Map([
  [`${encryption11}aes128-gcm`, { name: 'aes-128-gcm', keyBytes: 16 }],
  [`${encryption11}aes192-gcm`, { name: 'aes-192-gcm', keyBytes: 24 }],
  [`${encryption11}aes256-gcm`, { name: 'aes-256-gcm', keyBytes: 32 }],
]);
/** Key transport, digest, mask generation (xmlenc-core1 §5.5.2), and the one hash that node takes for both of these. */
const transports: Record<string, 'sha1' | 'sha256'> = {
  [`${ns.encryption}rsa-oaep-mgf1p sha1 mgf1sha1`]: 'sha1',
  [`${encryption11}rsa-oaep sha1 mgf1sha1`]: 'sha1',
  [`${encryption11}rsa-oaep sha256 mgf1sha256`]: 'sha256',
};
const nonceBytes = 12;
const tagBytes = 16;

export type Opened = {
  /** The assertion as XML text, in no document yet. */
  xml: string;
  /** Of the certificate that it was encrypted for. */
  privateKeyPem: string;
  /** Whether another library that knows only the older key transport could open it too. */
  olderTransport: boolean;
};

/**
 * Opens an `EncryptedAssertion` with the first of the connection's certificates that fits, newest first.
 * @throws Refusal `upstream.encryption-refused` for methods not accepted here, `upstream.decryption-failed` else
 */
export function decryptAssertion(encrypted: Element, credentials: readonly EntraCredential[]): Opened {
  const data = part(encrypted, 'EncryptedData');
  const cipher = ciphers.get(methodOf(data));
  const keyInfo = onlyChild(data, { namespace: ns.signature, name: 'KeyInfo' });
  const key = (keyInfo && onlyChild(keyInfo, xenc('EncryptedKey'))) ?? part(encrypted, 'EncryptedKey');
  const oaepHash = transports[transportOf(key)];
  if (!cipher || !oaepHash)
    throw new Refusal('upstream.decryption', 'upstream.encryption-refused', { problem: 'method' });
  const [sealedKey, sealed] = [cipherValue(key), cipherValue(data)];
  for (const { privateKeyPem } of certificatesNewestFirst(credentials)) {
    const contentKey = openKey(privateKeyPem, oaepHash, sealedKey);
    const bytes = contentKey?.length === cipher.keyBytes ? openContent(cipher.name, contentKey, sealed) : undefined;
    if (bytes)
      return { xml: decodeUtf8(bytes), privateKeyPem, olderTransport: methodOf(key).startsWith(ns.encryption) };
  }
  throw failed('no-key');
}

const xenc = (name: string) => ({ namespace: ns.encryption, name });
const failed = (problem: string) => new Refusal('upstream.decryption', 'upstream.decryption-failed', { problem });

function part(parent: Element, name: string): Element {
  const found = onlyChild(parent, xenc(name));
  if (!found) throw failed('structure');
  return found;
}

const methodOf = (encrypted: Element): string => attributeOf(part(encrypted, 'EncryptionMethod'), 'Algorithm') ?? '';

function transportOf(key: Element): string {
  const method = part(key, 'EncryptionMethod');
  if (onlyChild(method, xenc('OAEPparams'))) return 'with-params';
  const digest = onlyChild(method, { namespace: ns.signature, name: 'DigestMethod' });
  const mask = onlyChild(method, { namespace: encryption11, name: 'MGF' });
  const named = (element: Element | undefined, usual: string) =>
    element ? (attributeOf(element, 'Algorithm') ?? '').replace(/^http:\/\/www\.w3\.org\/.*#/, '') : usual;
  return `${methodOf(key)} ${named(digest, 'sha1')} ${named(mask, 'mgf1sha1')}`;
}

function cipherValue(encrypted: Element): Buffer {
  const value = onlyChild(part(encrypted, 'CipherData'), xenc('CipherValue'));
  const bytes = value && decodeBase64(textOf(value) ?? '');
  if (!bytes) throw failed('structure');
  return bytes;
}

function openKey(privateKeyPem: string, oaepHash: string, sealed: Buffer): Buffer | undefined {
  try {
    const key = createPrivateKey(privateKeyPem);
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, sealed);
  } catch {
    return undefined;
  }
}

function openContent(
  cipher: 'aes-128-gcm' | 'aes-192-gcm' | 'aes-256-gcm',
  key: Buffer,
  sealed: Buffer,
): Buffer | undefined {
  if (sealed.length <= nonceBytes + tagBytes) return undefined;
  try {
    const opener = createDecipheriv(cipher, key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes });
    opener.setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([opener.update(sealed.subarray(nonceBytes, -tagBytes)), opener.final()]);
  } catch {
    return undefined;
  }
}
