import { type FederationConnectionSettings, speaksForTenant } from '@homerealm/contracts';
import type { InputProblem } from '@homerealm/domain';
import type { Connection } from './connection.js';
import { expiryStep } from './expiry-step.js';
import { lacksOwnKey } from './federation-rules.js';
import type { MetadataHealth } from './metadata-health.js';

const day = 86_400_000;

/** What an admin should look at in a WS-Federation or SAML connection. None of it stops a sign-in now. */
export function federationWarnings(
  settings: FederationConnectionSettings,
  credentials: Connection['credentials'],
  now: Date,
): InputProblem[] {
  return [
    ...(lacksOwnKey({ settings, credentials }, now) ? [withoutKey] : []),
    ...(settings.entraDomain !== null && !speaksForTenant(settings) ? [notBelieved] : []),
    ...endingWarnings(settings, now),
  ];
}

const withoutKey: InputProblem = {
  field: 'credentials',
  code: 'connection.certificate-required',
  says: 'Requests are to be signed (an admin or the metadata asks for it) or assertions come encrypted, and no certificate credential works. Add one before enabling.',
};
const notBelieved: InputProblem = {
  field: 'provider',
  code: 'connection.tenant-not-believed',
  says: 'The metadata was not read at the tenant’s own address, so people are known by issuer and name ID, in this connection only. The same people through another connection of this tenant are other users.',
};

/** What the scheduled readings of the metadata tell. Sign-ins go on with what was read last. */
export const healthWarnings = ({ outcome, failures }: MetadataHealth): InputProblem[] =>
  outcome === null
    ? []
    : [
        {
          field: 'metadataUrl',
          code: `connection.metadata-${outcome}`,
          says: `The provider’s metadata could not be ${outcome === 'unreachable' ? 'fetched' : 'used'}, ${failures} times in a row. A certificate that is new is not known until it can.`,
        },
      ];

/** From the day on which the first notice is told. */
function endingWarnings({ provider, metadataUrl }: FederationConnectionSettings, now: Date): InputProblem[] {
  const ends = provider.certificates.map(({ notAfter }) => new Date(notAfter));
  const last = new Date(Math.max(...ends.map((end) => end.getTime())));
  const renewal =
    metadataUrl === null ? 'Paste the metadata again when it holds a new one.' : 'A new one is read by itself.';
  return provider.certificates.flatMap(({ thumbprintSha256, notAfter }): InputProblem[] => {
    const end = new Date(notAfter);
    if (expiryStep(end, now) === undefined) return [];
    const daysLeft = Math.floor((end.getTime() - now.getTime()) / day);
    const when = end <= now ? 'has ended' : `ends in ${daysLeft} days`;
    const isLast = end.getTime() === last.getTime();
    const code = isLast ? 'connection.signing-certificate-expires' : 'connection.signing-certificate-ends';
    const says = `The provider’s ${isLast ? 'last ' : ''}certificate ${thumbprintSha256.slice(0, 16)}… ${when}. ${renewal}`;
    return [{ field: 'provider', code, says }];
  });
}
