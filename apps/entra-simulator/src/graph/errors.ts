import { json, type Answer, type Exchange } from '../http/exchange.js';

/** Graph's error document. */
export function graphError(
  status: number,
  code: string,
  message: string,
  exchange: Exchange,
  headers: Answer['headers'] = {},
): Answer {
  const ids = { 'request-id': exchange.traceId, 'client-request-id': exchange.correlationId };
  const date = new Date().toISOString().slice(0, 19);
  return json(status, { error: { code, message, innerError: { date, ...ids } } }, headers);
}
