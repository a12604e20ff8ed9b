import type { Credential } from './connection.js';

/** Whether at least one credential has not expired. */
export const hasWorkingCredential = (credentials: readonly Credential[], now: Date): boolean =>
  credentials.some(({ expiresAt }) => expiresAt === null || expiresAt > now);
