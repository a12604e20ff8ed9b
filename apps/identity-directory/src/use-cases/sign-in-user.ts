import { isUpstreamSignIn, type SignInRequest, type SignInResponse } from '@homerealm/contracts';
import { Injectable } from '@nestjs/common';
import { decideOwnSignIn } from '../domain/decide-own-sign-in.js';
import { decideSignIn } from '../domain/decide-sign-in.js';
import type { Decision, SignedIn } from '../domain/decision.js';
import type { Fresh } from '../domain/fresh.js';
import type { Link } from '../domain/link.js';
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

  async execute(request: SignInRequest): Promise<SignInResponse> {
    for (let tries = 1; tries <= maxTries; tries++) {
      try {
        return await this.answer(request);
      } catch (error) {
        if (!(error instanceof DirectoryConflict)) throw error;
      }
    }
    throw signInErrors('sign-in.busy', { attemptId: request.attemptId });
  }

  private async answer(request: SignInRequest): Promise<SignInResponse> {
    const concerned = await this.directory.concernedBy(request);
    if (concerned.answered && !request.dryRun) {
      if (concerned.answered.sameRequest) return concerned.answered.response;
      throw signInErrors('sign-in.attempt-reused', { attemptId: request.attemptId }, 'attemptId');
    }
    const fresh = this.freshIds();
    const decision = isUpstreamSignIn(request)
      ? decideSignIn(request, concerned, fresh)
      : decideOwnSignIn(request, concerned, fresh);
    const response = toResponse(decision);
    if (!request.dryRun) await this.store(request, decision, response, fresh);
    return response;
  }

  /**
   * A known user whom nothing new is known about writes nothing: asked again, the same attempt gets the same answer
   * from the same rows.
   */
  private async store(
    request: SignInRequest,
    decision: Decision,
    response: SignInResponse,
    fresh: Fresh,
  ): Promise<void> {
    if (decision.outcome === 'refused') return this.directory.keepAnswer(request, response);
    const { before, after, happened, beside } = decision;
    if (after === before) return;
    const linked = linkOf(request, decision, fresh);
    await this.directory.save({ before, after, happened, beside, linked, answered: { request, response } });
  }

  private freshIds(): Fresh {
    return {
      userId: this.fresh.newId('user'),
      identityId: this.fresh.newId('identity'),
      emailIdentityId: this.fresh.newId('identity'),
      linkId: this.fresh.newId('link'),
      now: this.fresh.now(),
    };
  }
}

function linkOf({ attemptId }: SignInRequest, { link, after }: SignedIn, { linkId, now }: Fresh): Link | undefined {
  const type = after.identities.find(({ identityId }) => identityId === link?.identityId)?.type;
  if (!link || (type !== 'social' && type !== 'enterprise')) return undefined;
  return { ...link, linkId, userId: after.userId, type, attemptId, at: now, undone: null };
}

function toResponse(decision: Decision): SignInResponse {
  if (decision.outcome === 'refused') return decision;
  const { outcome, after, identityId, change, joinedOrganization, emailProven, organizationId } = decision;
  const { organization, difference, checks } = decision;
  const user = toUserState(after);
  const about = { userId: after.userId, identityId, change, joinedOrganization, emailProven };
  return { outcome, ...about, user, organizationId, ...(organization && { organization }), difference, checks };
}
