import type Provider from 'oidc-provider';
import { UnitOfWork } from './unit-of-work.js';

/**
 * As shipped, the library tells applications of a sign-out while the person waits, and tries once. Here the notice is
 * stored with the end of the session, and delivered from there until it arrives.
 */
export function keepLogoutNotices({ Client }: Provider): void {
  Object.defineProperty(Client.prototype, 'backchannelLogout', {
    value: async function (this: { clientId: string }, userId: string, sessionId: string | undefined): Promise<void> {
      const { notices } = UnitOfWork.required();
      notices.push({ applicationId: this.clientId, userId, sessionId: sessionId ?? null });
    },
  });
}
