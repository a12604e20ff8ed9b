import { userName, pairwise } from '../entra/id-token.js';
import { json, type Answer } from '../http/exchange.js';
import { denied, isAnswer, subjectOf, type Call } from './caller.js';

/** `GET /oidc/userinfo`: the little that Microsoft's userinfo says. */
export function userinfo(call: Call): Answer {
  const { exchange, simulation, caller } = call;
  const user = subjectOf(call);
  if (isAnswer(user)) return user;
  const app = simulation.directory.findApp(caller.app);
  if (!app || !caller.permissions.includes('openid')) return denied(exchange);
  return json(200, {
    sub: pairwise(user, app),
    name: user.displayName,
    given_name: user.givenName,
    family_name: user.surname,
    picture: `${simulation.origin}/v1.0/me/photo/$value`,
    ...(caller.permissions.includes('email') && user.mail ? { email: user.mail } : {}),
    preferred_username: userName(user),
  });
}
