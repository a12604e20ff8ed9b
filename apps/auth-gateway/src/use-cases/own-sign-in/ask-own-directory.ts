import type { OwnSignIn, SignInResponse } from '@homerealm/contracts';
import { DomainError } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { KeptCode } from '../codes/codes.port.js';
import { Directory } from '../directory.port.js';

export type OwnAnswer = SignInResponse | { outcome: 'unavailable'; reason: string };

/** Asks the directory who proved an email, a phone or a username. No transaction may be open meanwhile. */
@Injectable()
export class AskOwnDirectory {
  constructor(private readonly directory: Directory) {}

  /** Asked dry first: refusals of a dry run are not kept, so a form may be sent again with other words. */
  async execute(code: KeptCode, signUp: OwnSignIn['signUp']): Promise<OwnAnswer> {
    const dry = await this.ask(toRequest(code, signUp, true));
    return dry.outcome === 'signed-in' ? this.ask(toRequest(code, signUp, false)) : dry;
  }

  private async ask(request: OwnSignIn | null): Promise<OwnAnswer> {
    if (!request) return { outcome: 'refused', code: 'user.not-provisioned', userId: null, checks: [] };
    try {
      return await this.directory.signIn(request);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return { outcome: 'unavailable', reason: String(error.details['reason'] ?? error.code) };
    }
  }
}

/** Null: the right digits for a code that never went anywhere. */
function toRequest({ tried, memory }: KeptCode, signUp: OwnSignIn['signUp'], dryRun: boolean): OwnSignIn | null {
  const { identifier, sentTo } = memory;
  if (sentTo === null) return null;
  const proofs = {
    email: { by: 'email', email: identifier.typed },
    phone: { by: 'phone', phone: identifier.canonical },
    username: { by: 'username', username: identifier.typed, email: sentTo },
  } as const;
  const organizationId = tried.organizationId as OwnSignIn['organizationId'];
  return { attemptId: tried.attemptId, dryRun, organizationId, proof: proofs[identifier.by], signUp };
}
