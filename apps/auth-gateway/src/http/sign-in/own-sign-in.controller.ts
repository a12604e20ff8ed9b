import { Body, Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Finished } from '../../use-cases/finish-sign-in.js';
import type { Asking } from '../../use-cases/own-sign-in/ask-for-code.js';
import { EnterCode } from '../../use-cases/own-sign-in/enter-code.js';
import { SendAgain } from '../../use-cases/own-sign-in/send-again.js';
import { ShowCode } from '../../use-cases/own-sign-in/show-code.js';
import { ShowSignUp } from '../../use-cases/own-sign-in/show-sign-up.js';
import { SignUp } from '../../use-cases/own-sign-in/sign-up.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { networkOf } from './address-limit.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { codePage } from './code-page.js';
import { OwnFormGuard } from './own-form.guard.js';
import { PageFilter, StopWithPage } from './page.filter.js';
import { sendPage } from './page.js';
import { expiredPage, limitedCodesPage, refusedPage } from './refusal-pages.js';
import { sendOnward } from './send-onward.js';
import { pathOf } from './sign-in-page.js';
import { signUpPage } from './sign-up-page.js';

/** Signing in and up without a provider: the pages after the first one. Every answer is a page or a redirect. */
@Controller('sign-in/:uid')
@ApiExcludeController()
@UseFilters(PageFilter)
export class OwnSignInController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly showCode: ShowCode,
    private readonly enterCode: EnterCode,
    private readonly sendAgain: SendAgain,
    private readonly showSignUp: ShowSignUp,
    private readonly signUp: SignUp,
  ) {}

  @Get('code')
  async askCode(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const awaited = await this.showCode.execute(uid, this.asking(request).browser);
    if (typeof awaited === 'string') return elsewhere(reply, uid, awaited);
    const { sent } = request.query as { sent?: unknown };
    return sendPage(reply, codePage(uid, awaited.code.memory, sent === 'again' ? 'anew' : undefined));
  }

  @Post('code')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  async submitCode(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const entered = await this.enterCode.execute(uid, textOf(body, 'code', 40), this.asking(request));
    if (entered.go === 'finished') return finish(reply, entered.finished);
    if (entered.go === 'again') return sendPage(reply, codePage(uid, entered.code.memory, entered.problem));
    return elsewhere(reply, uid, entered.go);
  }

  @Post('code/again')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  async again(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const asked = await this.sendAgain.execute(uid, this.asking(request));
    if (asked.go === 'limited') return sendPage(reply, limitedCodesPage(asked.waitMilliseconds, uid));
    if (asked.go === 'refused') return sendPage(reply, refusedPage(asked.attempt, uid));
    return elsewhere(reply, uid, asked.go === 'code' ? 'code?sent=again' : asked.go);
  }

  @Get('sign-up')
  async askName(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const choices = await this.showSignUp.execute(uid, this.asking(request).browser);
    if (typeof choices === 'string') return elsewhere(reply, uid, choices);
    return sendPage(reply, signUpPage(choices));
  }

  @Post('sign-up')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  async submitName(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const form = {
      givenName: textOf(body, 'givenName', 1_000),
      familyName: textOf(body, 'familyName', 1_000),
      username: textOf(body, 'username', 200),
    };
    const signedUp = await this.signUp.execute(uid, form, this.asking(request));
    if (signedUp.go === 'finished') return finish(reply, signedUp.finished);
    if (signedUp.go === 'again') {
      return sendPage(reply, signUpPage(signedUp.choices, { form, problem: signedUp.problem }));
    }
    return elsewhere(reply, uid, signedUp.go);
  }

  private asking(request: FastifyRequest): Asking {
    const browser = this.browsers.of(request);
    const { binding } = browser;
    if (binding === undefined) throw new StopWithPage(expiredPage());
    return { browser: { ...browser, binding }, network: networkOf(request.ip) };
  }
}

/** After a form another page follows, so that a reload sends nothing twice. */
function elsewhere(
  reply: FastifyReply,
  uid: string,
  go: 'expired' | 'start' | 'code?sent=again' | 'sign-up',
): FastifyReply {
  if (go === 'expired') return sendPage(reply, expiredPage());
  return sendOnward(reply, { redirectTo: go === 'start' ? pathOf(uid) : `${pathOf(uid)}/${go}`, setCookies: [] });
}

function finish(reply: FastifyReply, finished: Finished): FastifyReply {
  if (finished.signedIn) return sendOnward(reply, finished.onward);
  return sendPage(reply, refusedPage(finished.attempt, finished.uid));
}

function textOf(body: unknown, name: string, longest: number): string {
  const text = ((body ?? {}) as Record<string, unknown>)[name];
  return typeof text === 'string' ? text.slice(0, longest) : '';
}
