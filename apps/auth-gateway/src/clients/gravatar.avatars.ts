import { createHash } from 'node:crypto';
import { normalizeEmail } from '@homerealm/domain';
import { request } from 'undici';
import { Avatars } from '../use-cases/avatars.port.js';

/** Longer than this nobody waits for a picture. */
const patienceMilliseconds = 1_000;

/** Gravatar, by the SHA-256 of the address. Asked once, at sign-up; with `off` never. */
export class GravatarAvatars extends Avatars {
  /** @param url `https://www.gravatar.com`, or `off` */
  constructor(private readonly url: string) {
    super();
  }

  async find(email: string): Promise<string | null> {
    const canonical = normalizeEmail(email);
    if (this.url === 'off' || canonical === undefined) return null;
    const address = `${this.url.replace(/\/$/, '')}/avatar/${createHash('sha256').update(canonical).digest('hex')}`;
    try {
      const signal = AbortSignal.timeout(patienceMilliseconds);
      // `d=404`: no picture is no picture, not one of theirs.
      const { statusCode, body } = await request(`${address}?d=404&s=256`, { method: 'HEAD', signal });
      await body.dump();
      return statusCode === 200 ? `${address}?s=256` : null;
    } catch {
      return null;
    }
  }
}
