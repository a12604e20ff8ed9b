import { randomBytes } from 'node:crypto';
import type { Claims, Pending, Tokens } from './openid.js';

export type Session = {
  pending?: Pending;
  signedIn?: { tokens: Tokens; claims: Claims; userInfo: Claims | undefined; refreshed: number };
};

const most = 1000;
const cookieName = 'demo_session';

/** Sessions in memory, found by a random cookie: a restart forgets them, which is fine for a demo. */
export class Sessions {
  private readonly byId = new Map<string, Session>();

  find(cookieHeader: string | undefined): Session | undefined {
    const id = idFrom(cookieHeader);
    return id ? this.byId.get(id) : undefined;
  }

  /** A new session under a new id, so that nobody can plant one; answers the cookie to set. */
  open(session: Session): string {
    const [oldest] = this.byId.keys();
    if (oldest && this.byId.size >= most) this.byId.delete(oldest);
    const id = randomBytes(24).toString('base64url');
    this.byId.set(id, session);
    return `${cookieName}=${id}; Path=/; HttpOnly; SameSite=Lax`;
  }

  /** Forgets the session; answers the cookie that clears it in the browser. */
  end(cookieHeader: string | undefined): string {
    const id = idFrom(cookieHeader);
    if (id) this.byId.delete(id);
    return `${cookieName}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0`;
  }
}

function idFrom(cookieHeader: string | undefined): string | undefined {
  const pairs = (cookieHeader ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([name]) => name === cookieName)?.[1];
}
