import { Body, Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CancelSignIn } from '../../use-cases/cancel-sign-in.js';
import { ChooseWay } from '../../use-cases/choose-way.js';
import { ShowRefusal } from '../../use-cases/show-refusal.js';
import { ShowSignIn } from '../../use-cases/show-sign-in.js';
import type { Wish } from '../../use-cases/way.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { networkOf } from './address-limit.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { OwnFormGuard } from './own-form.guard.js';
import { PageFilter } from './page.filter.js';
import { sendPage } from './page.js';
import { expiredPage, limitedCodesPage, refusedPage } from './refusal-pages.js';
import { sendOnward } from './send-onward.js';
import { pathOf, signInPage, type SignInProblem } from './sign-in-page.js';

/** The sign-in page of one pending request. Every answer is a page or a redirect. */
@Controller('sign-in/:uid')
@ApiExcludeController()
@UseFilters(PageFilter)
export class SignInController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly showSignIn: ShowSignIn,
    private readonly chooseWay: ChooseWay,
    private readonly cancelSignIn: CancelSignIn,
    private readonly showRefusal: ShowRefusal,
  ) {}

  @Get()
  async show(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const choices = await this.showSignIn.execute(uid, this.browsers.of(request));
    return sendPage(reply, choices ? signInPage(choices) : expiredPage());
  }

  @Post()
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  submitEmail(
    @Param('uid') uid: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.choose(uid, { connectionId: null, email: emailOf(body) }, request, reply);
  }

  @Post('with/:connectionId')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  pressButton(
    @Param('uid') uid: string,
    @Param('connectionId') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.choose(uid, { connectionId, email: null }, request, reply);
  }

  @Post('cancel')
  @UseGuards(AddressLimitGuard, OwnFormGuard)
  async cancel(@Param('uid') uid: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const onward = await this.cancelSignIn.execute(uid, this.browsers.of(request));
    return onward ? sendOnward(reply, onward) : sendPage(reply, expiredPage());
  }

  /** Where an application's request ended that could not even leave for a provider. */
  @Get('refused/:attemptId')
  async refused(
    @Param('uid') uid: string,
    @Param('attemptId') attemptId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const attempt = await this.showRefusal.execute(uid, attemptId, this.browsers.of(request));
    return sendPage(reply, attempt ? refusedPage(attempt, uid) : expiredPage());
  }

  private async choose(uid: string, wish: Wish, request: FastifyRequest, reply: FastifyReply) {
    const browser = this.browsers.of(request);
    const chosen = await this.chooseWay.execute(uid, wish, browser, networkOf(request.ip));
    if (chosen.go === 'code') return sendOnward(reply, { redirectTo: `${pathOf(uid)}/code`, setCookies: [] });
    if (chosen.go === 'limited') return sendPage(reply, limitedCodesPage(chosen.waitMilliseconds, uid));
    if (chosen.go === 'upstream') return sendOnward(reply, { redirectTo: chosen.redirectTo, setCookies: [] });
    if (chosen.go === 'expired') return sendPage(reply, expiredPage());
    const problem = chosen.go === 'not-an-email' ? 'not-an-email' : problemOf(chosen.attempt.code);
    if (problem === undefined && chosen.go === 'refused') return sendPage(reply, refusedPage(chosen.attempt, uid));
    const choices = await this.showSignIn.execute(uid, browser);
    if (!choices || problem === undefined) return sendPage(reply, expiredPage());
    const isEmail = !choices.own.phone && !choices.own.username;
    const told = problem === 'not-an-email' && !isEmail ? 'not-an-identifier' : problem;
    return sendPage(reply, signInPage(choices, { email: wish.email ?? '', problem: told }));
  }
}

/** What a person can mend by typing another address is told on the same page. */
function problemOf(code: string | null): SignInProblem | undefined {
  if (code === 'discovery.no-way-in' || code === 'own-sign-in.not-allowed') return 'no-way-in';
  return code === 'discovery.other-organization' ? 'other-organization' : undefined;
}

function emailOf(body: unknown): string {
  const { email } = (body ?? {}) as { email?: unknown };
  return typeof email === 'string' ? email.slice(0, 320).trim() : '';
}
