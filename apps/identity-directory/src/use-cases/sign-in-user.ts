import type { UpstreamSignIn, SignInResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideSignIn, type Decision } from '../domain/decide-sign-in.js';
import { signInErrors } from '../domain/sign-in.errors.js';
import { toUserState } from '../domain/user.js';
import { Directory, DirectoryConflict } from './directory.port.js';
import { TimeAndIds } from './time-and-ids.port.js';

const maxTries = 8; // each try lost means that another sign-in of the same person won

/**
 * Answers a sign-in: loads whom it concerns, decides, stores. The load takes no locks; a save that finds something
 * else than was loaded stores nothing, and the decision is made again on what is there now.
 */
@Injectable()
export class SignInUser {
  constructor(
    private readonly directory: Directory,
    private readonly fresh: TimeAndIds,
  ) {}

  async execute(request: UpstreamSignIn): Promise<SignInResponse> {
    for (let tries = 1; tries <= maxTries; tries++) {
      try {
        return await this.answer(request);
      } catch (error) {
        if (!(error instanceof DirectoryConflict)) throw error;
      }
    }
    throw signInErrors('sign-in.busy', { attemptId: request.attemptId });
  }

  private async answer(request: UpstreamSignIn): Promise<SignInResponse> {
    const concerned = await this.directory.concernedBy(request);
    if (concerned.answered && !request.dryRun) {
      if (concerned.answered.sameRequest) return concerned.answered.response;
      throw signInErrors('sign-in.attempt-reused', { attemptId: request.attemptId }, 'attemptId');
    }
    const decision = decideSignIn(request, concerned, {
      userId: this.fresh.newId('user'),
      identityId: this.fresh.newId('identity'),
      emailIdentityId: this.fresh.newId('identity'),
      now: this.fresh.now(),
    });
    const response = toResponse(decision);
    if (!request.dryRun) await this.store(request, decision, response);
    return response;
  }

  /**
   * A known user whom nothing new is known about writes nothing: asked again, the same attempt gets the same answer
   * from the same rows.
   */
  private async store(request: UpstreamSignIn, decision: Decision, response: SignInResponse): Promise<void> {
    if (decision.outcome === 'refused') return this.directory.keepAnswer(request, response);
    const { before, after, happened } = decision;
    if (after !== before) await this.directory.save({ before, after, happened, answered: { request, response } });
  }
}

function toResponse(decision: Decision): SignInResponse {
  if (decision.outcome === 'refused') return decision;
  const { outcome, after, identityId, change, joinedOrganization, emailProven, organizationId, checks } = decision;
  const user = toUserState(after);
  const about = { userId: after.userId, identityId, change, joinedOrganization, emailProven };
  return { outcome, ...about, user, organizationId, checks };
}
