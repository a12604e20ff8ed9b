import { isFederationConnection } from '@homerealm/contracts';
import type { InputProblem } from '@homerealm/domain';
import type { Connection } from './connection.js';
import { expiryStep } from './expiry-step.js';
import { federationWarnings } from './federation-warnings.js';
import { wasProved } from './test-run.js';

const day = 86_400_000;

/** What an admin should look at. None of it stops a sign-in now. */
export function connectionWarnings(connection: Connection, configHash: string, now: Date): InputProblem[] {
  const { settings, credentials } = connection;
  const warnings: InputProblem[] = [];
  if (settings.state === 'enabled' && !wasProved(connection, configHash)) {
    const says = 'People sign in with a configuration that no test run proved. Test it.';
    warnings.push({ field: 'state', code: 'connection.not-tested', says });
  }
  if (settings.trustedProvider && settings.trustScope === 'any') {
    warnings.push({
      field: 'trustScope',
      code: 'connection.trusts-every-address',
      says: 'Whoever runs this tenant can sign in as any user with an email here, of any domain.',
    });
  }
  if (!isFederationConnection(settings)) return [...warnings, ...expiryWarnings(credentials, now)];
  // A federation may have none at all, and signs people in without.
  const ends = credentials.length > 0 ? expiryWarnings(credentials, now) : [];
  return [...warnings, ...ends, ...federationWarnings(settings, credentials, now)];
}

/** From the day on which the first notice is told: of the connection as a whole, and of each credential that ends. */
function expiryWarnings(credentials: Connection['credentials'], now: Date): InputProblem[] {
  const field = 'clientSecretExpiresAt';
  const ends = credentials.map(({ expiresAt }) => expiresAt);
  const daysLeft = (end: Date) => Math.max(0, Math.floor((end.getTime() - now.getTime()) / day));
  const over = ends.every((end) => end !== null && end <= now);
  if (over) return [{ field, code: 'connection.secret-expires', says: 'No credential works any more.' }];
  const last = ends.includes(null)
    ? undefined
    : ends.reduce((one, other) => (one && other && one > other ? one : other));
  return credentials.flatMap(({ credentialId, expiresAt }): InputProblem[] => {
    if (expiresAt === null || expiryStep(expiresAt, now) === undefined) return [];
    if (expiresAt === last) {
      const says = `The last credential expires in ${daysLeft(expiresAt)} days.`;
      return [{ field, code: 'connection.secret-expires', says }];
    }
    const when = expiresAt <= now ? 'is over' : `expires in ${daysLeft(expiresAt)} days`;
    return [
      { field: 'credentials', code: 'connection.credential-ends', says: `The credential ${credentialId} ${when}.` },
    ];
  });
}
