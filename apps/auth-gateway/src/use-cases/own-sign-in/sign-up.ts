import { Injectable } from '@nestjs/common';
import { readSignUp, type SignUpForm, type SignUpProblem } from '../../domain/own-sign-in/sign-up-form.js';
import { Avatars } from '../avatars.port.js';
import { Codes } from '../codes/codes.port.js';
import type { Finished } from '../finish-sign-in.js';
import type { Asking } from './ask-for-code.js';
import { AskGate } from './ask-gate.js';
import { AskOwnDirectory } from './ask-own-directory.js';
import { isNews } from './enter-code.js';
import { FinishOwnSignIn } from './finish-own-sign-in.js';
import { ShowSignUp, type SignUpChoices } from './show-sign-up.js';

export type SignedUp =
  | { go: 'expired' }
  | { go: 'start' }
  | { go: 'again'; choices: SignUpChoices; problem: SignUpProblem }
  | { go: 'finished'; finished: Finished };

/** Somebody new said their name: they become a user, with the picture they keep for everybody to see. */
@Injectable()
export class SignUp {
  constructor(
    private readonly showSignUp: ShowSignUp,
    private readonly codes: Codes,
    private readonly gate: AskGate,
    private readonly avatars: Avatars,
    private readonly directory: AskOwnDirectory,
    private readonly finish: FinishOwnSignIn,
  ) {}

  async execute(uid: string, form: SignUpForm, { browser }: Asking): Promise<SignedUp> {
    const choices = await this.showSignUp.execute(uid, browser);
    if (typeof choices === 'string') return { go: choices };
    const read = readSignUp(form, choices.mayChooseUsername);
    if ('problem' in read) return { go: 'again', choices, problem: read.problem };
    const { pending, code } = choices;
    const gate = await this.gate.execute(pending, 'email', code.expiresAt);
    const proved = { ...code, checks: [...code.checks, ...gate.checks.filter(isNews)] };
    if (!gate.admitted) {
      await this.codes.forget(code.key);
      const because = { code: gate.code, checks: proved.checks };
      return { go: 'finished', finished: await this.finish.refuse(proved, because) };
    }
    const picture = await this.avatars.find(code.memory.identifier.canonical);
    const answer = await this.directory.execute(proved, { ...read.signUp, picture });
    const problem = answer.outcome === 'refused' ? usernameProblems[answer.code] : undefined;
    if (problem) return { go: 'again', choices, problem };
    await this.codes.forget(code.key);
    return { go: 'finished', finished: await this.finish.execute(proved, answer, browser) };
  }
}

const usernameProblems: Record<string, SignUpProblem | undefined> = {
  'username.taken': 'username-taken',
  'username.invalid': 'username-invalid',
};
