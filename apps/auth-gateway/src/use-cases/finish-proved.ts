import type { Check } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import { AskDirectory, type Asked, type Proved } from './ask-directory.js';
import { FinishSignIn, type Finished } from './finish-sign-in.js';
import type { Browser } from './interactions.port.js';
import type { StartedSignIn } from './transactions.port.js';

/** A provider proved the account: the directory says who that is, and the attempt ends. */
@Injectable()
export class FinishProved {
  constructor(
    private readonly askDirectory: AskDirectory,
    private readonly finish: FinishSignIn,
  ) {}

  async execute(started: StartedSignIn, proof: Proved, browser: Browser, asked: Asked = {}): Promise<Finished> {
    const answer = await this.askDirectory.execute(started, proof, asked);
    if ('unavailable' in answer) {
      const details = { reason: answer.unavailable };
      const checks: Check[] = [...proof.checks, { code: 'directory.answered', outcome: 'failed', details }];
      return this.finish.refuse(started, { code: 'directory.unavailable', checks }, started.uid);
    }
    const checks = [...proof.checks, ...answer.checks];
    if (answer.outcome === 'refused') {
      return this.finish.refuse(started, { code: answer.code, checks, userId: answer.userId }, started.uid);
    }
    return this.finish.signIn(started, { ...proof, answer, checks }, browser);
  }
}
