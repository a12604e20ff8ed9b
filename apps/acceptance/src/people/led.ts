import type { Answer, Browser } from '../client/browser.js';
import type { RelyingParty } from '../client/relying-party.js';
import type { World } from './world.js';

/** Where a sign-in leads first: to the provider of a connection, with what it is told of the person, or to a page of ours. */
export type Led = { to: string | null; hint: string | null; page: Answer };

type Going = { typed?: string | undefined; browser?: Browser; party?: RelyingParty };

/** Begins a sign-in, and types what is given into our page when it comes. */
export async function lead(world: World, params: Record<string, string>, going: Going = {}): Promise<Led> {
  const { typed, browser = world.browser(), party = world.party } = going;
  const { url } = await party.begin(params);
  const page = await browser.follow(url, world.system.urls.simulator);
  if (typed === undefined || page.location !== undefined) return toLed(page);
  return press(world, browser, page.url, { email: typed });
}

/** Sends a form of our page, whether or not it is there. */
export async function press(
  world: World,
  browser: Browser,
  to: URL | string,
  form: Record<string, string> = {},
): Promise<Led> {
  return toLed(await browser.follow(to, world.system.urls.simulator, form));
}

function toLed(page: Answer): Led {
  const upstream = page.location?.searchParams;
  const to = /\/login\/callback\/(conn_\w+)/.exec(upstream?.get('redirect_uri') ?? '')?.[1] ?? null;
  return { to, hint: upstream?.get('login_hint') ?? null, page };
}
