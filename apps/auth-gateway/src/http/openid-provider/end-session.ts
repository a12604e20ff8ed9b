import type { Applications } from '../../use-cases/applications.port.js';
import type { LogoutNotice, SignedOut, StoredRecord } from '../../use-cases/provider-records.port.js';
import type { UnitOfWork } from './unit-of-work.js';

/** Ends a session with what was issued in it, its event, and the notices to applications that want to hear of it. */
export async function endSession(
  unit: UnitOfWork,
  session: StoredRecord & { userId: string },
  reason: SignedOut['reason'],
  applications: Applications,
): Promise<void> {
  unit.drop(session);
  for (const grantId of grantsOf(session)) unit.endGrant(grantId);
  unit.happened.push({ userId: session.userId, applicationId: null, reason });
  unit.notices.push(...(await noticesOf(session, applications)));
}

export const isSomebodys = (session: StoredRecord | undefined): session is StoredRecord & { userId: string } =>
  session !== undefined && session.userId !== null;

async function noticesOf(
  { payload, userId }: StoredRecord & { userId: string },
  applications: Applications,
): Promise<LogoutNotice[]> {
  const given = Object.entries((payload['authorizations'] ?? {}) as Record<string, { sid?: string }>);
  const notices = await Promise.all(
    given.map(async ([applicationId, { sid }]) => {
      const application = await applications.find(applicationId);
      return application?.backchannelLogoutUri ? [{ applicationId, userId, sessionId: sid ?? null }] : [];
    }),
  );
  return notices.flat();
}

function grantsOf({ payload }: StoredRecord): string[] {
  const authorizations = (payload['authorizations'] ?? {}) as Record<
    string,
    { grantId?: string; persistsLogout?: boolean }
  >;
  return Object.values(authorizations).flatMap(({ grantId, persistsLogout }) =>
    grantId === undefined || persistsLogout ? [] : [grantId],
  );
}
