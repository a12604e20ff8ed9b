import { eventually } from '@homerealm/testing';
import * as oidc from 'openid-client';
import type { Answer, Browser } from '../client/browser.js';
import type { RelyingParty, SignedIn } from '../client/relying-party.js';
import type { World } from './world.js';

/** How the admission gate of the running system answers the people of one application. */
export class Gate {
  constructor(
    private readonly world: World,
    readonly party: RelyingParty,
  ) {}

  /** `in`, or the code in the record whose id stands on the page. */
  async verdict({ location, ...page }: Answer): Promise<string> {
    if (location !== undefined) return location.searchParams.get('error') ?? 'in';
    const { outcome, code, checks, ...record } = await this.world.attemptOn({ location, ...page });
    expect([outcome, checks.at(-1)?.outcome]).toEqual(['refused', 'failed']);
    expect(record).toMatchObject({ applicationId: this.party.application.clientId });
    return code ?? '';
  }

  /** With nobody asked. */
  async silently(browser: Browser, params: Record<string, string> = {}): Promise<string> {
    const { url } = await this.party.begin({ prompt: 'none', ...params });
    return this.verdict(await browser.walk(url, this.world.redirectUri));
  }

  /** Until the session in this browser serves no longer: services hear of each other by events. */
  async untilOut(browser: Browser): Promise<void> {
    const isOut = async () => (await this.silently(browser)) === 'login_required';
    await eventually(isOut, { timeout: 20_000, every: 50, says: 'the end of the session' });
  }

  /** What becomes of the tokens of a sign-in. */
  async standing({ tokens, id }: SignedIn) {
    return {
      userinfo: await this.errorOf(this.party.userInfo(tokens.access_token, String(id.sub))),
      introspection: (await oidc.tokenIntrospection(this.party.config, tokens.access_token)).active,
      refresh: await this.errorOf(this.party.refresh(tokens.refresh_token ?? '')),
    };
  }

  /** The error that the provider answers, or its status; `in` where it answers with what was asked for. */
  errorOf(asked: Promise<unknown>): Promise<unknown> {
    return asked.then(
      () => 'in',
      (problem: { error?: string; status?: number }) => problem.error ?? problem.status ?? problem,
    );
  }
}

/** Of a sign-in that serves for nothing any more. */
export const over = { userinfo: 401, introspection: false, refresh: 'invalid_grant' };
