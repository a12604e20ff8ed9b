import { randomBytes } from 'node:crypto';
import { parseEntraAuthorities } from '@homerealm/connectors';
import { Database, Freshness } from '@homerealm/events';
import { Clock, openSealer } from '@homerealm/platform';
import type { Provider } from '@nestjs/common';
import { HttpLogoutSender } from './clients/http.logout-sender.js';
import type { Settings } from './config.js';
import { OnGroupsState } from './events/on-groups-state.consumer.js';
import { OnOrganization } from './events/on-organization.consumer.js';
import { OnUser } from './events/on-user.consumer.js';
import { ApplicationsController } from './http/applications.controller.js';
import { BrowserBinding } from './http/openid-provider/browser-binding.js';
import { cookieNames } from './http/openid-provider/cookies.js';
import { OpenIdProvider, ProviderParts } from './http/openid-provider/openid-provider.js';
import { ProviderBrowserSessions } from './http/openid-provider/provider-browser-sessions.js';
import { ProviderInteractions } from './http/openid-provider/provider-interactions.js';
import { ProviderMount } from './http/openid-provider/provider-mount.js';
import { ProviderSettings } from './http/openid-provider/provider-settings.js';
import { SigningKeysController } from './http/signing-keys.controller.js';
import { EventReliance } from './store/event-reliance.js';
import { KeyRing } from './store/key-ring.js';
import { LogoutCourier } from './store/logout-courier.js';
import { PostgresManySessions } from './store/oidc-many-sessions.js';
import { PostgresProviderRecords } from './store/oidc-records.js';
import { OidcSweeper } from './store/oidc-sweeper.js';
import { PostgresUpstreamSessions } from './store/oidc-upstream-sessions.js';
import { PostgresUserSessions } from './store/oidc-user-sessions.js';
import { PostgresApplications } from './store/postgres.applications.js';
import { PostgresLogoutNotices } from './store/postgres.logout-notices.js';
import { PostgresUserGroups } from './store/postgres.user-groups.js';
import { RandomSecrets } from './store/random-secrets.js';
import { SigningKeyTable } from './store/signing-keys.js';
import { AdmitAgain } from './use-cases/admit-again.js';
import { Applications, Secrets } from './use-cases/applications.port.js';
import { BootstrapAdmin } from './use-cases/bootstrap-admin.js';
import { ChangeApplication } from './use-cases/change-application.js';
import { Connections } from './use-cases/connections.port.js';
import { CreateApplication } from './use-cases/create-application.js';
import { DeliverLogouts } from './use-cases/deliver-logouts.js';
import { EndOrganizationSessions } from './use-cases/end-organization-sessions.js';
import { EndUserSessions } from './use-cases/end-user-sessions.js';
import { Interactions } from './use-cases/interactions.port.js';
import { Issuer } from './use-cases/issuer.js';
import { KeepUserGroups } from './use-cases/keep-user-groups.js';
import { LogoutNotices, LogoutSender } from './use-cases/logout-notices.port.js';
import { MintServiceToken } from './use-cases/mint-service-token.js';
import { ManySessions, ProviderRecords, UserSessions } from './use-cases/provider-records.port.js';
import { Reliance } from './use-cases/reliance.port.js';
import { RotateApplicationSecret } from './use-cases/rotate-application-secret.js';
import { RotateSigningKeys } from './use-cases/rotate-signing-keys.js';
import { ServiceTokens } from './use-cases/service-tokens.port.js';
import { BrowserSessions, UpstreamSessions } from './use-cases/sign-out/upstream-sessions.port.js';
import { TokenClock } from './use-cases/token-clock.port.js';
import { SigningKeys, TokenSigner } from './use-cases/token-signer.port.js';
import { UserGroups } from './use-cases/user-groups.port.js';
import { VouchForUser } from './use-cases/vouch-for-user.js';

export { providerEntities, providerMigrations } from './store/provider-entities.js';

export const providerControllers = [
  ApplicationsController,
  SigningKeysController,
  OnGroupsState,
  OnUser,
  OnOrganization,
];

/** The wiring of the OpenID provider half of the gateway. */
export function providerProviders(settings: Settings, mount: ProviderMount): Provider[] {
  const cookies = cookieNames(settings.ISSUER);
  return [
    OpenIdProvider,
    ProviderParts,
    OidcSweeper,
    CreateApplication,
    ChangeApplication,
    RotateApplicationSecret,
    RotateSigningKeys,
    KeepUserGroups,
    EndUserSessions,
    EndOrganizationSessions,
    DeliverLogouts,
    LogoutCourier,
    { provide: ProviderMount, useValue: mount },
    { provide: Issuer, useValue: new Issuer(settings.ISSUER) },
    { provide: BrowserBinding, useValue: new BrowserBinding(cookies) },
    { provide: ProviderSettings, useValue: new ProviderSettings(cookies, lifetimesOf(settings)) },
    { provide: Applications, useClass: PostgresApplications },
    { provide: Secrets, useClass: RandomSecrets },
    { provide: ProviderRecords, useClass: PostgresProviderRecords },
    { provide: UserSessions, useClass: PostgresUserSessions },
    { provide: ManySessions, useClass: PostgresManySessions },
    { provide: UpstreamSessions, useClass: PostgresUpstreamSessions },
    { provide: BrowserSessions, useClass: ProviderBrowserSessions },
    { provide: LogoutNotices, useClass: PostgresLogoutNotices },
    { provide: LogoutSender, useFactory: () => new HttpLogoutSender(settings.LOGOUT_ORIGINS) },
    {
      provide: AdmitAgain,
      inject: [Connections, Applications, TokenClock],
      useFactory: (connections: Connections, applications: Applications, clock: TokenClock) =>
        new AdmitAgain(connections, applications, clock, authoritiesOf(settings)),
    },
    { provide: UserGroups, useClass: PostgresUserGroups },
    {
      provide: Reliance,
      inject: [Database],
      useFactory: (database: Database) =>
        new EventReliance(new Freshness({ database, consumer: 'auth-gateway', within: settings.GROUPS_FRESH_WITHIN })),
    },
    {
      provide: VouchForUser,
      inject: [Reliance, TokenClock],
      useFactory: (reliance: Reliance, clock: TokenClock) =>
        new VouchForUser(reliance, clock, settings.GROUPS_FRESH_WITHIN),
    },
    { provide: Interactions, useClass: ProviderInteractions },
    { provide: ServiceTokens, useClass: MintServiceToken },
    {
      provide: KeyRing,
      inject: [Database],
      useFactory: (database: Database) =>
        new KeyRing(new SigningKeyTable(database, openSealer(settings.SEALING_KEYS))).load(),
    },
    { provide: TokenSigner, useExisting: KeyRing },
    { provide: SigningKeys, useExisting: KeyRing },
    { provide: TokenClock, inject: [Clock], useFactory: toTokenClock },
    {
      provide: BootstrapAdmin,
      inject: [Applications, Secrets],
      useFactory: (applications: Applications, secrets: Secrets) =>
        bootstrap(new BootstrapAdmin(applications, secrets), settings),
    },
  ];
}

async function bootstrap(admin: BootstrapAdmin, settings: Settings): Promise<BootstrapAdmin> {
  const { BOOTSTRAP_ADMIN_CLIENT_ID: id, BOOTSTRAP_ADMIN_CLIENT_SECRET: secret } = settings;
  if (id !== undefined && secret !== undefined) await admin.execute(id, secret);
  return admin;
}

const authoritiesOf = ({ ENTRA_AUTHORITIES }: Settings): string[] =>
  parseEntraAuthorities(ENTRA_AUTHORITIES).all.map(({ origin }) => origin);

const toTokenClock = (clock: Clock): TokenClock => ({
  nowSeconds: () => Math.floor(clock.now().getTime() / 1_000),
  newTokenId: () => randomBytes(16).toString('base64url'),
});

const lifetimesOf = (settings: Settings) => ({
  accessToken: settings.ACCESS_TOKEN_SECONDS,
  idToken: settings.ID_TOKEN_SECONDS,
  refreshToken: settings.REFRESH_TOKEN_SECONDS,
  refreshFamily: settings.REFRESH_FAMILY_SECONDS,
  session: settings.SESSION_SECONDS,
  signIn: settings.SIGN_IN_SECONDS,
});
