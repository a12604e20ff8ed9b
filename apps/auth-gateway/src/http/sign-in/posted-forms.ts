import type { FastifyRequest } from 'fastify';
import type { Browser } from '../../use-cases/interactions.port.js';
import { isPostedAgain, postAgainPage } from './form-pages.js';
import type { Page } from './page.js';

/** The fields of a form, as they are. */
export const formOf = ({ body }: FastifyRequest): Record<string, unknown> =>
  typeof body === 'object' && body !== null ? { ...body } : {};

/**
 * The page of ours that posts a form again: from a provider's site it comes without our SameSite cookie. Undefined where
 * the request is to be taken as it is.
 */
export function pageToPostAgain(request: FastifyRequest, { binding }: Browser, action: string): Page | undefined {
  if (request.method !== 'POST' || binding !== undefined) return undefined;
  const form = formOf(request);
  return isPostedAgain(form, request.headers['sec-fetch-site']) ? undefined : postAgainPage(form, action);
}
