import type { InputProblem } from '@homerealm/domain';
import type { Connection } from './connection.js';

const day = 86_400_000;

/** What an admin should look at. None of it stops a sign-in now. */
export function connectionWarnings({ settings, credentials }: Connection, now: Date): InputProblem[] {
  const warnings: InputProblem[] = [];
  if (settings.trustedProvider && settings.trustScope === 'any') {
    warnings.push({
      field: 'trustScope',
      code: 'connection.trusts-every-address',
      says: 'Whoever runs this tenant can sign in as any user with an email here, of any domain.',
    });
  }
  const lasts = credentials.map(({ expiresAt }) => expiresAt?.getTime() ?? Infinity);
  const daysLeft = Math.floor((Math.max(-Infinity, ...lasts) - now.getTime()) / day);
  if (daysLeft <= 30) {
    const says = daysLeft < 0 ? 'No credential works any more.' : `The last credential expires in ${daysLeft} days.`;
    warnings.push({ field: 'clientSecretExpiresAt', code: 'connection.secret-expires', says });
  }
  return warnings;
}
