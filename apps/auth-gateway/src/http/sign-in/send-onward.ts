import type { FastifyReply } from 'fastify';
import type { Onward } from '../../use-cases/interactions.port.js';

/** 303: whatever the method was, the next request is a GET (RFC 9110 §15.4.4). */
export function sendOnward(reply: FastifyReply, { redirectTo, setCookies }: Onward): FastifyReply {
  if (setCookies.length > 0) reply.header('set-cookie', [...setCookies]);
  return reply.headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }).redirect(redirectTo, 303);
}
