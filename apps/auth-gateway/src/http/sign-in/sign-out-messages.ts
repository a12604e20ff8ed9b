import type { FastifyRequest } from 'fastify';
import type { SignOutMessage } from '../../use-cases/sign-out/federation-messages.port.js';
import { withoutMarker } from './form-pages.js';
import { formOf } from './posted-forms.js';

/** What a request at the sign-out address is about. `nothing`: it says nothing, as WS-Federation's way back does. */
export type SignOutMatter = 'asked-by-provider' | 'answer' | 'both' | 'clean-up' | 'nothing';

/** The message without what our own page added when it posted the form again. */
export function messageOf(request: FastifyRequest): SignOutMessage {
  const { method, query, raw } = request;
  const rawQuery = /[?](.*)$/s.exec(raw.url ?? '')?.[1] ?? '';
  const parsed = query as SignOutMessage['query'];
  if (method !== 'POST') return { method: 'GET', query: parsed, rawQuery };
  return { method: 'POST', query: parsed, rawQuery, body: withoutMarker(formOf(request)) };
}

export function matterOf({ method, query, body = {} }: SignOutMessage): SignOutMatter {
  const carried: Record<string, unknown> = method === 'POST' ? body : query;
  const [asks, answers] = ['SAMLRequest', 'SAMLResponse'].map((name) => carried[name] !== undefined);
  if (asks && answers) return 'both';
  if (asks) return 'asked-by-provider';
  if (answers) return 'answer';
  const wa = carried['wa'];
  return wa === 'wsignoutcleanup1.0' || wa === 'wsignout1.0' ? 'clean-up' : 'nothing';
}
