import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem, problemAnswer } from '../control/problem.js';
import { EntraError, errorAnswer } from '../entra/errors.js';
import { graphError } from '../graph/errors.js';
import { showError, showProblem } from '../pages/problem-page.js';
import type { Simulation } from '../simulation.js';
import { json, type Answer, type Endpoint, type Exchange } from './exchange.js';
import { BodyTooLarge, readRequest } from './read-request.js';
import { matchPath, routes, type Route } from './routes.js';
import { writeAnswer } from './write-answer.js';

type Match = { route: Route | undefined; path: Record<string, string>; otherMethod: boolean };

/** Reads one request, finds its handler, writes the answer and the record. Never throws. */
export async function answerRequest(request: IncomingMessage, response: ServerResponse, simulation: Simulation) {
  try {
    const url = new URL(`${simulation.origin}${request.url ?? '/'}`);
    const match = find(request.method ?? 'GET', url.pathname);
    const exchange = await readRequest(request, url, match.route?.endpoint ?? placeOf(url), match.path);
    const answer = await handle(match, exchange, simulation);
    simulation.requests.add(exchange, answer.trick ? null : answer.status);
    await writeAnswer(response, withIds(answer, exchange));
  } catch (error) {
    if (response.headersSent) return void response.destroy();
    const status = error instanceof BodyTooLarge ? 413 : 400;
    await writeAnswer(response, json(status, { error: 'invalid_request' }, { connection: 'close' }));
  }
}

function find(method: string, path: string): Match {
  let otherMethod = false;
  for (const route of routes) {
    const found = matchPath(route.path, path, route.anyCase);
    if (!found) continue;
    if (route.methods.includes(method)) return { route, path: found, otherMethod: false };
    otherMethod = true;
  }
  return { route: undefined, path: {}, otherMethod };
}

async function handle({ route, otherMethod }: Match, exchange: Exchange, simulation: Simulation): Promise<Answer> {
  if (!route) return notFound(exchange, otherMethod);
  try {
    return await route.handle(exchange, simulation);
  } catch (error) {
    if (error instanceof EntraError) {
      const seenByPeople = ['authorize', 'login', 'logout', 'saml', 'wsfed'].includes(exchange.endpoint);
      return seenByPeople ? showError(exchange, error) : errorAnswer(error, exchange, simulation.origin);
    }
    if (error instanceof Problem) return problemAnswer(error, exchange);
    console.error(`${exchange.method} ${exchange.url.pathname} failed:`, error);
    return json(500, { error: 'server_error' });
  }
}

function notFound(exchange: Exchange, otherMethod: boolean): Answer {
  const status = otherMethod ? 405 : 404;
  if (exchange.url.pathname.startsWith('/v1.0/')) {
    return graphError(otherMethod ? 405 : 400, 'BadRequest', 'Resource not found for this segment.', exchange);
  }
  if (exchange.url.pathname.startsWith('/_sim')) {
    const says = otherMethod ? 'This address knows other methods only.' : 'There is nothing here; see /_sim/docs.';
    return problemAnswer(new Problem(status, otherMethod ? 'request.method' : 'request.not-found', says), exchange);
  }
  return showProblem(exchange, 'There is no such page.', status);
}

function placeOf(url: URL): Endpoint {
  return url.pathname.startsWith('/v1.0/') ? 'graph-profile' : 'page';
}

/** Entra names its own request in every answer, and repeats the client's name for it. */
function withIds(answer: Answer, exchange: Exchange): Answer {
  const ids = {
    'x-ms-request-id': exchange.traceId,
    'request-id': exchange.traceId,
    'client-request-id': exchange.correlationId,
    'x-content-type-options': 'nosniff',
  };
  return { ...answer, headers: { ...ids, ...answer.headers } };
}
