import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { KeptCode } from '../codes/codes.port.js';
import { FinishSignIn, type Finished } from '../finish-sign-in.js';
import type { Browser } from '../interactions.port.js';
import type { RefusedBecause } from '../refuse.js';
import type { OwnAnswer } from './ask-own-directory.js';

/** Ends the way without a provider as every sign-in ends: record, events, session. */
@Injectable()
export class FinishOwnSignIn {
  constructor(private readonly finish: FinishSignIn) {}

  execute(code: KeptCode, answer: OwnAnswer, browser: Browser): Promise<Finished> {
    if (answer.outcome === 'unavailable') {
      const failed: Check = { code: 'directory.answered', outcome: 'failed', details: { reason: answer.reason } };
      return this.refuse(code, { code: 'directory.unavailable', checks: [...code.checks, failed] });
    }
    const checks = [...code.checks, ...answer.checks];
    if (answer.outcome === 'refused') {
      return this.refuse(code, { code: answer.code, checks, userId: answer.userId });
    }
    const { tried, memory, key } = code;
    const started = { ...tried, uid: key.uid, applicationId: tried.applicationId ?? '' };
    const provenEmail = provenEmailOf(memory);
    return this.finish.signIn(started, { account: null, connection: null, provenEmail, answer, checks }, browser);
  }

  refuse({ tried, key }: KeptCode, because: RefusedBecause): Promise<Finished> {
    return this.finish.refuse(tried, because, key.uid);
  }
}

const provenEmailOf = ({ identifier, sentTo }: KeptCode['memory']): string | null => {
  if (identifier.by === 'phone') return null;
  return identifier.by === 'email' ? identifier.typed : sentTo;
};
