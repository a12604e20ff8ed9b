import { toProblem } from '@homerealm/platform';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Page, sendPage } from './page.js';
import { failedPage } from './refusal-pages.js';

/** Thrown where a guard answers with a page instead of letting the request on. */
export class StopWithPage extends Error {
  constructor(
    readonly page: Page,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(page.title);
    this.name = 'StopWithPage';
  }
}

/** People get a page, never problem+json; the log gets the error. */
@Catch()
export class PageFilter implements ExceptionFilter {
  private readonly logger = new Logger('sign-in');

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) return;
    if (error instanceof StopWithPage) {
      void sendPage(reply.headers(error.headers), error.page);
      return;
    }
    const { id, method, routeOptions } = host.switchToHttp().getRequest<FastifyRequest>();
    const { status } = toProblem(error);
    if (status >= 500) this.logger.error({ requestId: id, method, route: routeOptions.url, err: error });
    void sendPage(reply, failedPage(status >= 500 ? 503 : status));
  }
}
