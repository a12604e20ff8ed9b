import { Injectable, type OnModuleInit } from '@nestjs/common';
import Provider, { type KoaContextWithOIDC } from 'oidc-provider';
import { audienceOf } from '../../domain/application.js';
import type { SignInFacts } from '../../domain/sign-in-facts.js';
import { accessTokenClaims } from '../../domain/token-claims.js';
import { AdmitAgain } from '../../use-cases/admit-again.js';
import { Applications, Secrets } from '../../use-cases/applications.port.js';
import { Issuer } from '../../use-cases/issuer.js';
import { ProviderRecords } from '../../use-cases/provider-records.port.js';
import { StartSignOut } from '../../use-cases/sign-out/start-sign-out.port.js';
import { StartSignIn } from '../../use-cases/start-sign-in.port.js';
import { TokenClock } from '../../use-cases/token-clock.port.js';
import { TokenSigner } from '../../use-cases/token-signer.port.js';
import { VouchForUser } from '../../use-cases/vouch-for-user.js';
import { useJwtAccessTokens } from './access-tokens.js';
import { toPendingSignIn } from './authorize-parameters.js';
import { BrowserBinding } from './browser-binding.js';
import { useManagementTokens } from './client-credentials-grant.js';
import { toClientMetadata } from './client-metadata.js';
import { compareByHash } from './compare-by-hash.js';
import { keepLogoutNotices } from './logout-notices.js';
import { ProviderSettings } from './provider-settings.js';
import { providerConfiguration } from './provider-configuration.js';
import { ProviderMount } from './provider-mount.js';
import { ProviderRequests } from './provider-requests.js';
import { recordAdapter } from './record-adapter.js';
import { signingKeys } from './signing-keys.js';
import { UnitOfWork } from './unit-of-work.js';

type InteractionRequest = { uid: string; params: Record<string, unknown> };

/** What the provider is made of, from the rest of the service. */
@Injectable()
export class ProviderParts {
  constructor(
    readonly records: ProviderRecords,
    readonly applications: Applications,
    readonly secrets: Secrets,
    readonly admitAgain: AdmitAgain,
    readonly vouchForUser: VouchForUser,
    readonly startSignIn: StartSignIn,
    readonly startSignOut: StartSignOut,
    readonly signer: TokenSigner,
    readonly clock: TokenClock,
    readonly issuer: Issuer,
    readonly binding: BrowserBinding,
    readonly settings: ProviderSettings,
  ) {}
}

/** The OpenID provider for applications. It is built anew when the signing keys change. */
@Injectable()
export class OpenIdProvider implements OnModuleInit {
  private provider: Provider | undefined;

  constructor(
    private readonly parts: ProviderParts,
    private readonly mount: ProviderMount,
  ) {}

  onModuleInit(): void {
    this.build();
    this.parts.signer.onChange(() => this.build());
  }

  get current(): Provider {
    if (this.provider === undefined) throw new Error('the OpenID provider has not started');
    return this.provider;
  }

  private build(): void {
    const { parts } = this;
    const { cookies, lifetimes } = parts.settings;
    const requests = new ProviderRequests(parts.records, parts.binding, cookies, parts.startSignOut);
    const configuration = providerConfiguration({
      adapter: recordAdapter((id) => this.findClient(id)) as never,
      jwks: signingKeys(parts.signer),
      renderError: requests.renderError,
      cookies,
      lifetimes,
      admitAgain: (facts, ended, service) => parts.admitAgain.execute(facts, ended, service),
      vouch: (facts, known, isFirst) => parts.vouchForUser.execute(facts, known, isFirst),
      interactionUrl: (ctx, interaction) => this.startSignIn(ctx, interaction),
    });
    const provider = new Provider(parts.issuer.url, configuration);
    // The mount in front says which scheme and host a request is for.
    provider.proxy = true;
    requests.install(provider);
    keepLogoutNotices(provider);
    compareByHash(provider, parts.applications, parts.secrets);
    this.useTokens(provider);
    this.mount.use(provider.callback());
    this.provider = provider;
  }

  private useTokens(provider: Provider): void {
    const { applications, signer, clock, settings } = this.parts;
    const issuer = this.parts.issuer.url;
    useJwtAccessTokens(provider, {
      issuer,
      signer,
      clock,
      audienceOf: async (id) => audienceOf((await applications.find(id)) ?? { id, audience: null }),
      claimsOf: (userId) => claimsOf(userId),
      stands: (facts, applicationId) => this.stands(facts, applicationId),
    });
    const lifetimeSeconds = settings.lifetimes.accessToken;
    useManagementTokens(provider, { issuer, lifetimeSeconds, applications, signer, clock });
  }

  private async stands(facts: SignInFacts, applicationId: string): Promise<boolean> {
    const ended = UnitOfWork.required().endedSince(facts);
    return (await this.parts.admitAgain.execute(facts, ended, { applicationId, as: 'token' })).admitted;
  }

  private async findClient(id: string) {
    const application = await this.parts.applications.find(id);
    return application === null ? undefined : toClientMetadata(application);
  }

  /** Somebody has to sign in: where to is decided now, and stored together with the request. */
  private async startSignIn(ctx: KoaContextWithOIDC, { uid, params }: InteractionRequest): Promise<string> {
    const unit = UnitOfWork.required();
    const { cookies } = this.parts.settings;
    const application = await this.parts.applications.find(ctx.oidc.client?.clientId ?? '');
    // An application that was deleted a moment ago offers nobody a way in.
    const pending = toPendingSignIn(uid, params, application ?? { name: '', connections: [] });
    const started = await this.parts.startSignIn.execute(pending, {
      ...unit.browser,
      setCookie: (name, value, options) => void ctx.append('set-cookie', cookies.serialize(name, value, options)),
    });
    if (started.save) unit.alongside.push(started.save);
    return started.redirectTo;
  }
}

function claimsOf(userId: string): Record<string, unknown> {
  const unit = UnitOfWork.required();
  const facts = unit.factsOf(userId);
  return facts === undefined ? {} : accessTokenClaims(facts, unit.tokenGroups);
}
