import { Body, Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EnterEmailCode } from '../../use-cases/missing-email/enter-email-code.js';
import { SendEmailCode } from '../../use-cases/missing-email/send-email-code.js';
import { ShowMissingEmail } from '../../use-cases/missing-email/show-missing-email.js';
import type { Asking } from '../../use-cases/own-sign-in/ask-for-code.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { networkOf } from './address-limit.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { codePage } from './code-page.js';
import { missingEmailPage } from './missing-email-page.js';
import { OwnFormGuard } from './own-form.guard.js';
import { PageFilter, StopWithPage } from './page.filter.js';
import { sendPage } from './page.js';
import { expiredPage, limitedCodesPage, refusedPage } from './refusal-pages.js';
import { sendOnward } from './send-onward.js';
import { pathOf } from './sign-in-page.js';

/** The pages between a provider that gave no email and the end of the sign-in. Every answer is a page or a redirect. */
@Controller('sign-in/:uid/email')
@ApiExcludeController()
@UseFilters(PageFilter)
export class MissingEmailController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly showMissingEmail: ShowMissingEmail,
    private readonly sendEmailCode: SendEmailCode,
    private readonly enterEmailCode: EnterEmailCode,
  ) {}

  @Get()
  async ask(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const missing = await this.showMissingEmail.execute(uid, this.asking(request).browser);
    return sendPage(reply, missing ? missingEmailPage(missing.pending) : expiredPage());
  }

  @Post()
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  submitEmail(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.send(uid, textOf(body, 'email', 320), request, reply);
  }

  @Get('code')
  async askCode(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const missing = await this.showMissingEmail.execute(uid, this.asking(request).browser);
    if (!missing) return sendPage(reply, expiredPage());
    return missing.code
      ? sendPage(reply, codePage(uid, missing.code.memory, undefined, 'email'))
      : toQuestion(reply, uid);
  }

  @Post('code')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  async submitCode(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const entered = await this.enterEmailCode.execute(uid, textOf(body, 'code', 40), this.asking(request));
    if (entered.go === 'expired') return sendPage(reply, expiredPage());
    if (entered.go === 'ask') return toQuestion(reply, uid);
    if (entered.go === 'again') return sendPage(reply, codePage(uid, entered.code.memory, entered.problem, 'email'));
    const { finished } = entered;
    if (finished.signedIn) return sendOnward(reply, finished.onward);
    return sendPage(reply, refusedPage(finished.attempt, finished.uid));
  }

  @Post('code/again')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  again(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.send(uid, null, request, reply);
  }

  private async send(uid: string, typed: string | null, request: FastifyRequest, reply: FastifyReply) {
    const sent = await this.sendEmailCode.execute(uid, typed, this.asking(request));
    if (sent.go === 'expired') return sendPage(reply, expiredPage());
    if (sent.go === 'limited') return sendPage(reply, limitedCodesPage(sent.waitMilliseconds, uid));
    if (sent.go === 'not-an-email') return sendPage(reply, missingEmailPage(sent.pending, typed ?? ''));
    return sendOnward(reply, { redirectTo: `${pathOf(uid)}/email/code`, setCookies: [] });
  }

  private asking(request: FastifyRequest): Asking {
    const browser = this.browsers.of(request);
    const { binding } = browser;
    if (binding === undefined) throw new StopWithPage(expiredPage());
    return { browser: { ...browser, binding }, network: networkOf(request.ip) };
  }
}

const toQuestion = (reply: FastifyReply, uid: string): FastifyReply =>
  sendOnward(reply, { redirectTo: `${pathOf(uid)}/email`, setCookies: [] });

function textOf(body: unknown, name: string, longest: number): string {
  const text = ((body ?? {}) as Record<string, unknown>)[name];
  return typeof text === 'string' ? text.slice(0, longest).trim() : '';
}
