import { Controller, Get, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CompleteSignIn } from '../../use-cases/complete-sign-in.js';
import type { CallbackInput } from '../../use-cases/upstream.port.js';
import { testResultPage } from '../test-runs/test-run-pages.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { withoutMarker } from './form-pages.js';
import { PageFilter } from './page.filter.js';
import { sendPage } from './page.js';
import { formOf, pageToPostAgain } from './posted-forms.js';
import { refusedPage } from './refusal-pages.js';
import { sendOnward } from './send-onward.js';
import { pathOf } from './sign-in-page.js';

/** Where providers send people back to: one address for each connection. */
@Controller('login/callback/:connectionId')
@ApiExcludeController()
@UseFilters(PageFilter)
@UseGuards(AddressLimitGuard)
export class CallbackController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly completeSignIn: CompleteSignIn,
  ) {}

  @Get()
  arrive(@Param('connectionId') connectionId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.complete(connectionId, { method: 'GET', query: queryOf(request) }, request, reply);
  }

  @Post()
  arriveByForm(
    @Param('connectionId') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const here = `/login/callback/${encodeURIComponent(connectionId)}`;
    const again = pageToPostAgain(request, this.browsers.of(request), here);
    if (again) return sendPage(reply, again);
    const input = { method: 'POST', query: queryOf(request), body: withoutMarker(formOf(request)) } as const;
    return this.complete(connectionId, input, request, reply);
  }

  private async complete(connectionId: string, input: CallbackInput, request: FastifyRequest, reply: FastifyReply) {
    const finished = await this.completeSignIn.execute(connectionId, input, this.browsers.of(request));
    if ('testRunId' in finished) return sendPage(reply, testResultPage(finished));
    if ('asksEmailFor' in finished) {
      return sendOnward(reply, { redirectTo: `${pathOf(finished.asksEmailFor)}/email`, setCookies: [] });
    }
    if ('startsAt' in finished) return sendOnward(reply, { redirectTo: finished.startsAt, setCookies: [] });
    if (finished.signedIn) return sendOnward(reply, finished.onward);
    return sendPage(reply, refusedPage(finished.attempt, finished.uid));
  }
}

const queryOf = (request: FastifyRequest) => request.query as CallbackInput['query'];
