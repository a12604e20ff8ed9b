import type { Check } from '@homerealm/domain';
import type { LocalFile } from '../local-file.js';
import type { AdminApi } from '../seed/admin-api.js';

/** The record of an attempt to sign in, as the gateway answers it. */
export type Attempt = {
  attemptId: string;
  outcome: string;
  code: string | null;
  checks: Check[];
  explanation: {
    says: string;
    fixedBy: 'person' | 'connection-admin' | 'operator' | 'application' | 'provider' | 'nobody';
    aadsts: { number: string; says: string }[];
  } | null;
};

export const readAttempt = (attemptId: string, api: AdminApi, { urls }: LocalFile): Promise<Attempt> =>
  api.get(`${urls.gateway}/sign-in-attempts/${attemptId}`);

/** The newest attempt that led to the user. */
export async function lastAttemptOf(userId: string, api: AdminApi, file: LocalFile): Promise<Attempt> {
  const query = new URLSearchParams({ userId, limit: '1' });
  const url = `${file.urls.gateway}/sign-in-attempts?${query}`;
  const { items } = await api.get<{ items: { attemptId: string }[] }>(url);
  return readAttempt(items[0]?.attemptId ?? '', api, file);
}
