import type { ConnectionId } from '@homerealm/domain';

/** A provider's certificate whose end is near or over, and what was told of that. */
export type EndingCertificate = {
  connectionId: ConnectionId;
  thumbprintSha256: string;
  expiresAt: Date;
  told: readonly number[];
};

/** Which notices of ending certificates of providers were given. */
export abstract class SigningNotices {
  /** Certificates that end before a time and of which not everything was told. */
  abstract ending(before: Date): Promise<EndingCertificate[]>;
  /** Tells a step, unless somebody else just did or the certificate is gone. @returns whether it was told now */
  abstract tell(certificate: EndingCertificate, daysLeft: number, now: Date): Promise<boolean>;
}
