import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { StopWithPage } from './page.filter.js';
import { expiredPage } from './refusal-pages.js';

/** The origin our pages are seen at: that of the issuer. */
export class OwnOrigin {
  constructor(readonly origin: string) {}
}

/**
 * Forms of our pages are sent by our pages (CSRF). Browsers say so in `Sec-Fetch-Site`, older ones in `Origin`; a client
 * that sends neither is no browser with somebody's cookies in it. Beyond this the SameSite cookie must fit the request.
 */
@Injectable()
export class OwnFormGuard implements CanActivate {
  constructor(private readonly own: OwnOrigin) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const site = headers['sec-fetch-site'];
    const isOurs = site === undefined ? isOrigin(headers.origin, this.own.origin) : site === 'same-origin';
    if (!isOurs) throw new StopWithPage(expiredPage());
    return true;
  }
}

const isOrigin = (sent: string | undefined, ours: string) => sent === undefined || sent === ours;
