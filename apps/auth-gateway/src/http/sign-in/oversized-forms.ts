import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { tooLargePage } from './form-pages.js';
import { sendPage } from './page.js';

/** What is read and thrown away of one request, so that its browser gets to see our answer. */
const mostBytes = 64 * 1_048_576;

/**
 * Providers' forms beyond the body limit end with a page. The server would refuse them with a bare status and close the
 * connection while the browser still sends, which shows people no page at all.
 */
@Injectable()
export class OversizedForms implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    const { bodyLimit = 1_048_576 } = fastify.initialConfig;
    fastify.addHook('preParsing', async (request, reply) => {
      if (!isProvidersForm(request) || Number(request.headers['content-length'] ?? 0) <= bodyLimit) return;
      await throwAway(request.raw);
      sendPage(reply.header('connection', 'close'), tooLargePage());
    });
  }
}

const isProvidersForm = ({ method, routeOptions }: FastifyRequest): boolean =>
  method === 'POST' && /^\/login\/[a-z]+\/:connectionId$/.test(routeOptions.url ?? '');

async function throwAway(body: Readable): Promise<void> {
  let read = 0;
  try {
    for await (const chunk of body) {
      read += (chunk as Buffer).length;
      if (read > mostBytes) return;
    }
  } catch {
    // The browser went away.
  }
}
