import { Controller, Get, Param, Query, Req, Res, UseFilters } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ShowDeparture } from '../../use-cases/show-departure.js';
import { BrowserBinding } from '../openid-provider/browser-binding.js';
import { departurePage } from './form-pages.js';
import { PageFilter } from './page.filter.js';
import { sendPage } from './page.js';
import { expiredPage } from './refusal-pages.js';

/** Where browsers leave from for a provider that takes requests as a form only. */
@Controller('login/leave/:connectionId')
@ApiExcludeController()
@UseFilters(PageFilter)
export class DepartureController {
  constructor(
    private readonly browsers: BrowserBinding,
    private readonly showDeparture: ShowDeparture,
  ) {}

  @Get()
  async leave(
    @Param('connectionId') connectionId: string,
    @Query('state') state: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ) {
    const form = await this.showDeparture.execute(connectionId, state, this.browsers.of(request));
    return sendPage(reply, form ? departurePage(form) : expiredPage());
  }
}
