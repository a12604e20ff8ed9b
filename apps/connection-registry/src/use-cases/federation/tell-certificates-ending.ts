import { Injectable } from '@nestjs/common';
import { longestNotice, stepToTell } from '../../domain/expiry-step.js';
import { SigningNotices } from './signing-notices.port.js';

/** Tells admins, through events, that certificates of providers end soon: each step once. */
@Injectable()
export class TellCertificatesEnding {
  constructor(private readonly notices: SigningNotices) {}

  /** @returns how many notices were given */
  async execute(now: Date): Promise<number> {
    let given = 0;
    for (const certificate of await this.notices.ending(new Date(now.getTime() + longestNotice))) {
      const step = stepToTell(certificate.expiresAt, now, certificate.told);
      if (step !== undefined && (await this.notices.tell(certificate, step, now))) given += 1;
    }
    return given;
  }
}
