import { timingSafeEqual } from 'node:crypto';
import type Provider from 'oidc-provider';
import type { Applications, Secrets } from '../../use-cases/applications.port.js';

/** Client secrets are kept as hashes, and two may be valid: the library's comparison with one clear text is replaced. */
export function compareByHash(
  provider: Pick<Provider, 'Client'>,
  applications: Pick<Applications, 'find'>,
  secrets: Pick<Secrets, 'hash' | 'now'>,
): void {
  const compare = async function (this: { clientId: string }, given: string): Promise<boolean> {
    const application = await applications.find(this.clientId);
    const hash = Buffer.from(secrets.hash(given));
    const now = secrets.now();
    let matches = false;
    for (const secret of application?.secrets ?? []) {
      const valid = secret.expiresAt === null || secret.expiresAt > now;
      const known = Buffer.from(secret.hash);
      // All are compared, whatever the first one says: the time tells nothing.
      if (known.length === hash.length && timingSafeEqual(known, hash) && valid) matches = true;
    }
    return matches;
  };
  Object.defineProperty(provider.Client.prototype, 'compareClientSecret', { value: compare });
}
