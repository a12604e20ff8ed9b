import { Controller, Get, Logger, Param, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CleanUpSession } from '../../use-cases/sign-out/clean-up-session.js';
import type { Departure, SignOutMessage } from '../../use-cases/sign-out/federation-messages.port.js';
import { ReturnSignedOut } from '../../use-cases/sign-out/return-signed-out.js';
import { TakeSignOutRequest } from '../../use-cases/sign-out/take-sign-out-request.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { AddressLimitGuard } from './address-limit.guard.js';
import { departurePage } from './form-pages.js';
import { PageFilter } from './page.filter.js';
import { sendPage } from './page.js';
import { pageToPostAgain } from './posted-forms.js';
import { expiredPage } from './refusal-pages.js';
import { sendOnward } from './send-onward.js';
import { matterOf, messageOf } from './sign-out-messages.js';
import { signedOutPage, signOutRefusedPage } from './sign-out-pages.js';

/** Where people come back to from their provider's sign-out, and where providers say that somebody signed out there. */
@Controller('login/logout/:connectionId')
@ApiExcludeController()
@UseFilters(PageFilter)
@UseGuards(AddressLimitGuard)
export class LogoutController {
  private readonly logger = new Logger('sign-out');

  constructor(
    private readonly browsers: BrowserBinding,
    private readonly returnSignedOut: ReturnSignedOut,
    private readonly takeRequest: TakeSignOutRequest,
    private readonly cleanUp: CleanUpSession,
  ) {}

  /** Sends the browser to a provider that takes requests as a form only. */
  @Get('leave')
  async leave(@Param('connectionId') connectionId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    const form = await this.returnSignedOut.formOf(connectionId, this.browsers.of(request));
    return sendPage(reply, form ? departurePage(form) : expiredPage());
  }

  @Get()
  arrive(@Param('connectionId') connectionId: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply) {
    return this.take(connectionId, request, reply);
  }

  @Post()
  arriveByForm(
    @Param('connectionId') connectionId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    return this.take(connectionId, request, reply);
  }

  private async take(connectionId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const message = messageOf(request);
    switch (matterOf(message)) {
      case 'both':
        return this.refuse(reply, { connectionId, code: 'upstream.callback-malformed' });
      case 'asked-by-provider':
        return this.asked(connectionId, message, reply);
      case 'clean-up':
        return this.cleaned(connectionId, request, reply);
      default:
        return this.returned(connectionId, message, request, reply);
    }
  }

  /** Signed, so whose browser it is does not matter. */
  private async asked(connectionId: string, message: SignOutMessage, reply: FastifyReply): Promise<FastifyReply> {
    const taken = await this.takeRequest.execute(connectionId, message);
    if (taken.trouble !== undefined) this.logger.error({ connectionId, err: taken.trouble }, 'sign-out not answered');
    if (taken.ended) return taken.departure ? depart(reply, taken.departure) : sendPage(reply, signedOutPage());
    if (!taken.departure) return this.refuse(reply, { connectionId, code: taken.code });
    this.report({ connectionId, code: taken.code });
    return depart(reply, taken.departure);
  }

  /** Providers load this address in a frame or as an image: then it comes without our cookie, and nothing ends. */
  private async cleaned(connectionId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const code = await this.cleanUp.execute(connectionId, this.browsers.of(request));
    if (code !== undefined) return this.refuse(reply, { connectionId, code });
    return request.headers['sec-fetch-dest'] === 'image' ? sendDot(reply) : sendPage(reply, signedOutPage());
  }

  private async returned(
    connectionId: string,
    message: SignOutMessage,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const browser = this.browsers.of(request);
    const again = pageToPostAgain(request, browser, `/login/logout/${encodeURIComponent(connectionId)}`);
    if (again) return sendPage(reply, again);
    const { goesTo, refused } = await this.returnSignedOut.execute(connectionId, message, browser);
    if (refused !== undefined) this.report({ connectionId, code: refused });
    if (goesTo === undefined) return sendPage(reply, signedOutPage());
    return sendOnward(reply, { redirectTo: goesTo, setCookies: [] });
  }

  private refuse(reply: FastifyReply, refusal: { connectionId: string; code: string }): FastifyReply {
    this.report(refusal);
    return sendPage(reply, signOutRefusedPage(refusal.code, refusal.code === 'sign-out.not-done' ? 503 : 400));
  }

  /** The id is whatever stood in the address, so it is only told when it looks like one. */
  private report({ connectionId, code }: { connectionId: string; code: string }): void {
    const known = /^conn_[0-9a-z]{26}$/.test(connectionId) ? connectionId : null;
    this.logger.warn({ connectionId: known, refusal: code }, 'a message about a sign-out was refused');
  }
}

const depart = (reply: FastifyReply, departure: Departure): FastifyReply =>
  'form' in departure
    ? sendPage(reply, departurePage(departure.form))
    : sendOnward(reply, { redirectTo: departure.redirectTo, setCookies: [] });

/** One transparent point. */
const dot = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const sendDot = (reply: FastifyReply): FastifyReply =>
  reply
    .status(200)
    .headers({ 'content-type': 'image/gif', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    .send(dot);
