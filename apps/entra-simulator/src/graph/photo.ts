import type { Answer } from '../http/exchange.js';
import { denied, isAnswer, mayRead, subjectOf, type Call } from './caller.js';
import { graphError } from './errors.js';

/** `…/photo/$value` and `…/photos/{size}/$value`. There is one size only; 404 says there is no photo. */
export function photo(call: Call): Answer {
  const { exchange } = call;
  const user = subjectOf(call);
  if (isAnswer(user)) return user;
  if (!mayRead(call, user, 'User.ReadBasic.All', 'User.Read.All', 'Directory.Read.All')) return denied(exchange);
  if (user.photo === undefined) return graphError(404, 'ImageNotFound', 'There is no photo of this user.', exchange);
  return { status: 200, headers: { 'content-type': 'image/png' }, body: Buffer.from(user.photo, 'base64') };
}
