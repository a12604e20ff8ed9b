import { Injectable } from '@nestjs/common';
import { SigningNotices } from './signing-notices.port.js';
import { tellSteps } from '../upkeep/tell-steps.js';

/** Tells admins, through events, that certificates of providers end soon: each step once. */
@Injectable()
export class TellCertificatesEnding {
  constructor(private readonly notices: SigningNotices) {}

  /** @returns how many notices were given */
  execute(now: Date): Promise<number> {
    return tellSteps(this.notices, now);
  }
}
