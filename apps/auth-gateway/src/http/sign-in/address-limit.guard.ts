import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AddressLimit } from './address-limit.js';
import { StopWithPage } from './page.filter.js';
import { limitedPage } from './refusal-pages.js';

/** Answers an address that tries too often with a page, before anything is read or written for it. */
@Injectable()
export class AddressLimitGuard implements CanActivate {
  constructor(private readonly limit: AddressLimit) {}

  canActivate(context: ExecutionContext): boolean {
    const { ip } = context.switchToHttp().getRequest<FastifyRequest>();
    const wait = this.limit.take(ip);
    if (wait !== undefined) throw new StopWithPage(limitedPage(), { 'retry-after': String(wait) });
    return true;
  }
}
