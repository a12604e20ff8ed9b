import { Injectable } from '@nestjs/common';
import { Notices } from './notices.port.js';
import { tellSteps } from './tell-steps.js';

/** Tells admins, through events, that credentials end soon: each step once, whichever instance comes first. */
@Injectable()
export class TellExpiring {
  constructor(private readonly notices: Notices) {}

  /** @returns how many notices were given */
  execute(now: Date): Promise<number> {
    return tellSteps(this.notices, now);
  }
}
