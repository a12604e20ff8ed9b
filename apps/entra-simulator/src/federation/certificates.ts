import { createHash, KeyObject } from 'node:crypto';
import { newKey, type SigningKey, type SigningKeys } from '../entra/signing-keys.js';
import type { Signer } from './sign-xml.js';

/** A certificate of one enterprise application. */
export type AppCertificate = Signer & {
  thumbprintSha256: string;
  /** It signs; of an app's certificates one does. */
  active: boolean;
  /** It stands in the metadata. */
  published: boolean;
};

/**
 * What signs assertions. Enterprise applications have certificates of their own, which only their metadata (`?appid=`)
 * shows; for all others the keys of the cloud sign.
 */
export class AppCertificates {
  private readonly byApp = new Map<string, AppCertificate[]>();

  constructor(private readonly keys: SigningKeys) {}

  /** The app's, active one first; an app that wants its own gets a first one. */
  async of(app: { clientId: string; ownCertificate: boolean }): Promise<AppCertificate[]> {
    const found = this.list(app.clientId);
    if (found.length > 0) return found;
    if (app.ownCertificate) return [await this.add(app.clientId, { published: true })];
    return this.ofCloud();
  }

  /** Those of the cloud, as its OpenID keys. */
  ofCloud(): AppCertificate[] {
    return this.keys.forWork.map((key, index) => ({ ...toCertificate(key), active: index === 0, published: true }));
  }

  /** What nobody publishes. */
  stranger(): Signer {
    return toCertificate(this.keys.stranger);
  }

  list(clientId: string): AppCertificate[] {
    const all = this.byApp.get(clientId) ?? [];
    return [...all].sort((one, other) => Number(other.active) - Number(one.active));
  }

  /** A new one; the first of an app is active at once. */
  async add(clientId: string, { published }: { published: boolean }): Promise<AppCertificate> {
    const fresh = toCertificate(await newKey('CN=Simulator Federated SSO Certificate', 3));
    const all = this.byApp.get(clientId) ?? [];
    const added = { ...fresh, published, active: all.length === 0 };
    this.byApp.set(clientId, [...all, added]);
    return added;
  }

  /** @returns whether the app has such a certificate; from now on it signs, and the metadata shows it */
  activate(clientId: string, thumbprint: string): boolean {
    const all = this.byApp.get(clientId) ?? [];
    const wanted = all.find(({ thumbprintSha256 }) => thumbprintSha256 === thumbprint);
    if (!wanted) return false;
    for (const each of all) each.active = each === wanted;
    wanted.published = true;
    return true;
  }

  /** @returns whether it was there and not the active one, which cannot be removed */
  remove(clientId: string, thumbprint: string): boolean {
    const all = this.byApp.get(clientId) ?? [];
    const left = all.filter((each) => each.active || each.thumbprintSha256 !== thumbprint);
    this.byApp.set(clientId, left);
    return left.length < all.length;
  }

  /** Every app has its first one only, which signs. */
  reset(): void {
    for (const [clientId, [first]] of this.byApp) {
      if (first) this.byApp.set(clientId, [{ ...first, active: true, published: true }]);
    }
  }
}

function toCertificate({ privateKey, x5c }: SigningKey): Signer & { thumbprintSha256: string } {
  const lines = x5c.match(/.{1,64}/g) ?? [];
  return {
    privateKey: KeyObject.from(privateKey),
    pem: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
    thumbprintSha256: createHash('sha256').update(Buffer.from(x5c, 'base64')).digest('hex').toUpperCase(),
  };
}

/** A certificate as it stands in XML: base64 without its frame. */
export const bare = (pem: string): string => pem.replace(/-----[A-Z ]+-----|\s/g, '');
