import { html } from '../http/html.js';
import { page, redirect, type Answer, type Exchange } from '../http/exchange.js';
import { frame } from '../pages/frame.js';
import type { Simulation } from '../simulation.js';
import type { SocialPerson, SocialProvider, SocialRequest } from './model.js';
import { showAccounts } from './social-page.js';

const pageSeconds = 600;

/** The authorize address: checks who asks, and shows the accounts. */
export const authorizeSocial =
  (provider: SocialProvider) =>
  ({ url }: Exchange, simulation: Simulation): Answer => {
    const asked = url.searchParams;
    const problem = problemOf(provider, asked);
    if (problem) return refuse(problem);
    const request: SocialRequest = {
      provider: provider.key,
      redirectUri: asked.get('redirect_uri') ?? '',
      state: asked.get('state') ?? '',
      nonce: asked.get('nonce') ?? undefined,
      challenge: asked.get('code_challenge') ?? undefined,
    };
    const hint = asked.get('login_hint') ?? undefined;
    const ctx = simulation.socialRequests.put(request, pageSeconds);
    return showAccounts(provider, peopleOf(provider, simulation), ctx, hint);
  };

/** The person has chosen: back to the application, with a code or with a refusal. */
export const chooseAccount =
  (provider: SocialProvider) =>
  ({ form }: Exchange, simulation: Simulation): Answer => {
    const { origin, settings, socialRequests, socialCodes } = simulation;
    const ctx = form.get('ctx') ?? '';
    const request = socialRequests.get(ctx);
    if (request?.provider !== provider.key) return refuse('This page is too old. Start again from the application.');
    socialRequests.drop(ctx);
    const person = peopleOf(provider, simulation).find(({ id }) => String(id) === form.get('account'));
    const { state, ...rest } = request;
    const back = new URL(request.redirectUri);
    const given = person && !form.has('cancel');
    const code = given ? socialCodes.put({ ...rest, person }, settings.codeLifetimeSeconds) : undefined;
    const answer = code === undefined ? { error: 'access_denied' } : { code };
    // GitHub names itself in no answer.
    const named = provider.key === 'github' ? {} : { iss: `${origin}/${provider.key}` };
    for (const [name, value] of Object.entries({ ...answer, state, ...named })) back.searchParams.set(name, value);
    return redirect(back.href);
  };

const peopleOf = ({ key, people }: SocialProvider, { socialPeople }: Simulation): SocialPerson[] => [
  ...people,
  ...[...socialPeople.values()].filter(({ provider }) => provider === key),
];

function problemOf({ client }: SocialProvider, asked: URLSearchParams): string | undefined {
  if (asked.get('client_id') !== client.clientId) return 'The application is not known here.';
  if (!isOnThisMachine(asked.get('redirect_uri') ?? '')) return 'The redirect URI is not on this machine.';
  if (asked.get('response_type') !== 'code') return 'Only response_type=code is known here.';
  if (asked.has('code_challenge') && asked.get('code_challenge_method') !== 'S256') return 'PKCE is with S256 here.';
  return undefined;
}

/** Callback addresses hold ids that exist only later, so instead of a list of them there is this. */
function isOnThisMachine(uri: string): boolean {
  return URL.canParse(uri) && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(uri).hostname);
}

const refuse = (says: string): Answer =>
  page(
    400,
    frame(
      'This does not work',
      html`<h1>This does not work</h1>
        <p class="error" role="alert">${says}</p>`,
    ),
  );
