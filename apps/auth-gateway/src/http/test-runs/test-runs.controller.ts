import { TestRunId } from '@homerealm/domain';
import { Controller, Get, Param, Query, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BeginTestRun } from '../../use-cases/begin-test-run.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { AddressLimitGuard } from '../sign-in/address-limit.guard.js';
import { PageFilter } from '../sign-in/page.filter.js';
import { sendPage } from '../sign-in/page.js';
import { sendOnward } from '../sign-in/send-onward.js';
import { testOverPage, testResultPage } from './test-run-pages.js';

/** Where the link of a test run leads. Whoever has the ticket may open it, once. */
@Controller('test-runs/:testRunId')
@ApiExcludeController()
@UseFilters(PageFilter)
@UseGuards(AddressLimitGuard)
export class TestRunsController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly beginTestRun: BeginTestRun,
  ) {}

  @Get()
  async open(
    @Param('testRunId') testRunId: string,
    @Query('ticket') ticket: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const usable = TestRunId.safeParse(testRunId).success && typeof ticket === 'string' && isTicket(ticket);
    if (!usable) return sendPage(reply, testOverPage());
    const known = this.browsers.of(request).binding;
    const fresh = known === undefined ? this.browsers.create() : undefined;
    const begun = await this.beginTestRun.execute(testRunId, ticket, known ?? fresh?.binding ?? '');
    if (begun.go === 'over') return sendPage(reply, testOverPage());
    if (begun.go === 'refused') return sendPage(reply, testResultPage(begun.result));
    return sendOnward(reply, { redirectTo: begun.redirectTo, setCookies: fresh ? [fresh.setCookie] : [] });
  }
}

const isTicket = (text: string): boolean => /^[\w~.-]{20,200}$/.test(text);
