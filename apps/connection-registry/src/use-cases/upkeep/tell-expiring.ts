import { Injectable } from '@nestjs/common';
import { longestNotice, stepToTell } from '../../domain/expiry-step.js';
import { Notices } from './notices.port.js';

/** Tells admins, through events, that credentials end soon: each step once, whichever instance comes first. */
@Injectable()
export class TellExpiring {
  constructor(private readonly notices: Notices) {}

  /** @returns how many notices were given */
  async execute(now: Date): Promise<number> {
    let given = 0;
    for (const credential of await this.notices.ending(new Date(now.getTime() + longestNotice))) {
      const step = stepToTell(credential.expiresAt, now, credential.told);
      if (step !== undefined && (await this.notices.tell(credential, step, now))) given += 1;
    }
    return given;
  }
}
