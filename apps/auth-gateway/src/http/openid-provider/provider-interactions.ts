import { defineErrors } from '@homerealm/domain';
import { Injectable } from '@nestjs/common';
import type { SignInFacts } from '../../domain/sign-in-facts.js';
import { Applications } from '../../use-cases/applications.port.js';
import {
  type Browser,
  type InteractionError,
  Interactions,
  type Onward,
  type PendingSignIn,
} from '../../use-cases/interactions.port.js';
import { ProviderRecords } from '../../use-cases/provider-records.port.js';
import { toPendingSignIn } from './authorize-parameters.js';
import { cookieValues } from './cookies.js';
import { endSession, isSomebodys } from './end-session.js';
import { requestInternally } from './internal-request.js';
import { OpenIdProvider } from './openid-provider.js';
import { withoutLibraryCookies } from './provider-requests.js';
import { ProviderSettings } from './provider-settings.js';
import { keyOf } from './record-keys.js';
import { UnitOfWork } from './unit-of-work.js';

export const interactionErrors = defineErrors({
  'interaction.over': {
    kind: 'gone',
    says: 'This sign-in is over or was begun in another browser. Go back to the application and start again.',
  },
});

type Result = Record<string, unknown>;

/** Pending authorize requests, and the way on from them. */
@Injectable()
export class ProviderInteractions extends Interactions {
  constructor(
    private readonly openIdProvider: OpenIdProvider,
    private readonly records: ProviderRecords,
    private readonly applications: Applications,
    private readonly settings: ProviderSettings,
  ) {
    super();
  }

  async find(uid: string, browser: Browser): Promise<PendingSignIn | undefined> {
    const unit = new UnitOfWork(this.records, browser);
    const interaction = await unit.run(() => this.openIdProvider.current.Interaction.find(uid));
    if (interaction === undefined) return undefined;
    const application = await this.applications.find(String(interaction.params['client_id']));
    return application === null ? undefined : toPendingSignIn(uid, interaction.params, application);
  }

  complete(uid: string, facts: SignInFacts, browser: Browser): Promise<Onward> {
    const ts = Math.floor(Date.parse(facts.signedInAt) / 1_000);
    return this.resume(uid, browser, { login: { accountId: facts.userId, ts }, select_account: {} }, facts);
  }

  fail(uid: string, { error, description }: InteractionError, browser: Browser): Promise<Onward> {
    return this.resume(uid, browser, { error, error_description: description });
  }

  /**
   * The library would send the browser to its resume address first. That step is taken here, so that the sign-in and
   * its session, grant and code are one transaction and one redirect.
   */
  private resume(uid: string, browser: Browser, result: Result, facts?: SignInFacts): Promise<Onward> {
    const unit = new UnitOfWork(this.records, browser);
    return unit.run(async () => {
      const { cookies } = this.settings;
      const [sessionId, ...more] = cookieValues(browser.cookieHeader, cookies.session);
      const ownSession = sessionId !== undefined && more.length === 0 ? sessionId : undefined;
      await unit.prefetch(keyOf('Interaction', uid), ...(ownSession ? [keyOf('Session', ownSession)] : []));
      const responseMode = await this.storeResult(unit, uid, result, facts);
      const session = ownSession && (await this.sessionToKeep(unit, ownSession, facts));
      const onward =
        responseMode === 'form_post'
          ? this.byBrowser(uid)
          : await this.byOurselves(uid, [
              `${cookies.resume}=${uid}`,
              ...(session ? [`${cookies.session}=${session}`] : []),
            ]);
      await unit.flush();
      return onward;
    });
  }

  private async storeResult(unit: UnitOfWork, uid: string, result: Result, facts: SignInFacts | undefined) {
    const interaction = await this.openIdProvider.current.Interaction.find(uid);
    if (interaction === undefined) throw interactionErrors('interaction.over');
    unit.facts = facts;
    unit.applicationId = String(interaction.params['client_id']);
    interaction.result = result;
    // Our binding says whose request it is; the session of the moment it began need not be there any more.
    delete interaction.session;
    await interaction.persist();
    return interaction.params['response_mode'];
  }

  /** When somebody else signs in, the session of the person before them ends, with what was issued in it. */
  private async sessionToKeep(unit: UnitOfWork, id: string, facts: SignInFacts | undefined) {
    const session = await unit.find(keyOf('Session', id));
    if (!isSomebodys(session)) return undefined;
    if (facts === undefined || session.userId === facts.userId) return id;
    await endSession(unit, session, 'revoked', this.applications);
    return undefined;
  }

  private async byOurselves(uid: string, cookies: string[]): Promise<Onward> {
    const request = { method: 'GET', path: `/oauth2/auth/${uid}`, cookies: cookies.join('; ') } as const;
    const { location, setCookies } = await requestInternally(this.openIdProvider.current, request);
    if (location === undefined) throw interactionErrors('interaction.over');
    return { redirectTo: location, setCookies: withoutLibraryCookies(setCookies, this.settings.cookies) };
  }

  /** An answer by form has to be a page of the provider's own, so the browser fetches it. */
  private byBrowser(uid: string): Onward {
    const { cookies } = this.settings;
    const resume = cookies.serialize(cookies.resume, uid, { maxAgeSeconds: 60 });
    return { redirectTo: `/oauth2/auth/${uid}`, setCookies: [resume] };
  }
}
