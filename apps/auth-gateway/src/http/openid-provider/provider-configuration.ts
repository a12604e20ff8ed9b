import { isUrl } from '@homerealm/domain';
import { type Configuration, type FindAccount, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider';
import type { AdmissionAgain, Ended } from '../../domain/admit-again.js';
import type { KnownGroups } from '../../domain/groups-for-token.js';
import type { SignInFacts } from '../../domain/sign-in-facts.js';
import { userClaims } from '../../domain/token-claims.js';
import type { Service } from '../../use-cases/admit-again.js';
import type { Vouched } from '../../use-cases/vouch-for-user.js';
import { extraParameters } from './authorize-parameters.js';
import type { CookieNames } from './cookies.js';
import { askToSignOut, signedOut } from './pages.js';
import { NotNow } from './not-now.js';
import { UnitOfWork } from './unit-of-work.js';

export type Lifetimes = {
  accessToken: number;
  idToken: number;
  refreshToken: number;
  /** From the sign-in to the last refresh. */
  refreshFamily: number;
  session: number;
  signIn: number;
};

type Parts = Required<Pick<Configuration, 'adapter' | 'jwks' | 'renderError'>> & {
  cookies: CookieNames;
  lifetimes: Lifetimes;
  interactionUrl: NonNullable<NonNullable<Configuration['interactions']>['url']>;
  /** Whether what a sign-in of before proved may still serve: user, organization and connection may be others now. */
  admitAgain: (facts: SignInFacts, ended: Ended, service: Service) => Promise<AdmissionAgain>;
  /** What tokens may say of the user now. */
  vouch: (facts: SignInFacts, known: KnownGroups | null, isFirst: boolean) => Promise<Vouched>;
};

/** How the library is set up: everything that is not plain OpenID Connect with code and PKCE is off. */
export function providerConfiguration({
  cookies,
  lifetimes,
  interactionUrl,
  admitAgain,
  vouch,
  ...parts
}: Parts): Configuration {
  const sent = { httpOnly: true, sameSite: 'lax', path: '/', secure: cookies.secure, signed: false } as const;
  return {
    ...parts,
    routes,
    features,
    claims,
    scopes: ['openid', 'offline_access', 'profile', 'email'],
    conformIdTokenClaims: false,
    responseTypes: ['code'],
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    clientDefaults: { id_token_signed_response_alg: 'ES256' },
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256'],
      clientAuthSigningAlgValues: ['ES256', 'RS256', 'PS256', 'EdDSA'],
    },
    extraParams: extraParameters as NonNullable<Configuration['extraParams']>,
    cookies: {
      names: { session: cookies.session, interaction: cookies.interaction, resume: cookies.resume },
      long: sent,
      short: sent,
    },
    ttl: timesToLive(lifetimes),
    interactions: { policy: policy(admitAgain), url: interactionUrl },
    findAccount: findAccount({ admitAgain, vouch }),
    loadExistingGrant,
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    revokeGrantPolicy: () => true,
    clientBasedCORS: (_ctx, origin, client) =>
      (client.redirectUris ?? []).some((uri) => isUrl(uri) && new URL(uri).origin === origin),
  };
}

const routes = {
  authorization: '/oauth2/auth',
  token: '/oauth2/token',
  userinfo: '/oauth2/userinfo',
  end_session: '/oauth2/logout',
  introspection: '/oauth2/introspection',
  revocation: '/oauth2/revocation',
  jwks: '/.well-known/jwks.json',
};

const claims = {
  openid: ['sub', 'org_code', 'ext_provider'],
  profile: ['name', 'given_name', 'family_name', 'picture'],
  email: ['email', 'email_verified'],
};

/** Applications see and end their own tokens only. */
const ownTokens = async (_ctx: unknown, client: { clientId: string }, token: { clientId?: string | undefined }) =>
  token.clientId === client.clientId;

const features: NonNullable<Configuration['features']> = {
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  resourceIndicators: { enabled: false },
  clientCredentials: { enabled: true },
  introspection: { enabled: true, allowedPolicy: ownTokens },
  revocation: { enabled: true, allowedPolicy: ownTokens },
  userinfo: { enabled: true },
  externalSigningSupport: { enabled: true, ack: 'experimental-01' },
  backchannelLogout: { enabled: true },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (ctx, form) => askToSignOut(ctx, form),
    postLogoutSuccessSource: (ctx) => signedOut(ctx),
  },
};

function timesToLive(lifetimes: Lifetimes): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: lifetimes.accessToken,
    IdToken: lifetimes.idToken,
    RefreshToken: lifetimes.refreshToken,
    AuthorizationCode: 60,
    Interaction: lifetimes.signIn,
    Session: lifetimes.session,
    // A grant that is not renewed by refreshing needs to be there only as long as its session.
    Grant: (_ctx, grant) =>
      grant.getOIDCScope().split(' ').includes('offline_access') ? lifetimes.refreshFamily : lifetimes.session,
  };
}

/** Signing in is the only thing we ask of people; choosing another account is signing in. */
function policy(admitAgain: Parts['admitAgain']): interactionPolicy.DefaultPolicy {
  const prompts = interactionPolicy.base();
  prompts.remove('consent');
  prompts.get('login')?.checks.add(sessionIsAdmitted(admitAgain));
  prompts.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }));
  return prompts;
}

/** A session opens no other door than the sign-in it rests on would open today; else the person signs in again. */
const sessionIsAdmitted = (admitAgain: Parts['admitAgain']): interactionPolicy.Check =>
  new interactionPolicy.Check('not_admitted', 'the session does not serve this', 'login_required', async ({ oidc }) => {
    const unit = UnitOfWork.required();
    const { accountId } = oidc.session ?? {};
    // Who has just signed in for this very request was admitted a moment ago.
    if (accountId === undefined || oidc.result?.['login'] !== undefined) return false;
    const facts = unit.sessionFactsOf(accountId);
    if (facts === undefined) return true;
    const text = (name: string): string | null => (typeof oidc.params?.[name] === 'string' ? oidc.params[name] : null);
    const gate = await admitAgain(facts, unit.endedSince(facts), {
      ...{ applicationId: oidc.client?.clientId ?? '', as: 'session' },
      asks: { organizationId: text('org_code'), connectionId: text('connection_id') },
    });
    return !gate.admitted;
  });

/** The user of a session, code or token, with the claims of the sign-in it rests on. */
const findAccount =
  ({ admitAgain, vouch }: Pick<Parts, 'admitAgain' | 'vouch'>): FindAccount =>
  async (ctx, userId, token) => {
    const unit = UnitOfWork.required();
    const facts = unit.factsOf(userId);
    if (facts === undefined || unit.hasEnded(userId)) return undefined;
    if (token !== undefined) {
      const as = token.kind === 'RefreshToken' ? 'refresh' : 'token';
      const gate = await admitAgain(facts, unit.endedSince(facts), { applicationId: token.clientId ?? '', as });
      if (!gate.admitted) return undefined;
    }
    // Only codes and refresh tokens are exchanged for tokens that state groups.
    if (token?.kind === 'RefreshToken' || token?.kind === 'AuthorizationCode') {
      const vouched = await vouch(facts, unit.groupsOf(userId), isOfThatSignIn(token, facts));
      if (vouched.may === 'wait') throw new NotNow(ctx);
      unit.tokenGroups = vouched.groups;
    }
    const groups = unit.tokenGroups;
    return {
      accountId: userId,
      claims: async (use, scope) => ({
        ...userClaims(facts, groups, new Set(scope.split(' ')), use === 'id_token' ? 'id_token' : 'userinfo'),
        sub: userId,
      }),
    };
  };

/** A code comes with its sign-in; one that comes later was given without signing in, for a session that was there. */
const isOfThatSignIn = ({ kind, iat }: { kind: string; iat: number }, { signedInAt }: SignInFacts): boolean =>
  kind === 'AuthorizationCode' && iat - Date.parse(signedInAt) / 1_000 <= firstTokenSeconds;

/** Longer than a browser takes to come back when the answer goes by form. */
const firstTokenSeconds = 60;

/**
 * The grant of this session for this application, with the scopes asked for added: the operator's applications need no
 * consent. After a new sign-in it is saved again, so that tokens speak of that one.
 */
async function loadExistingGrant(ctx: KoaContextWithOIDC) {
  const { oidc } = ctx;
  const { client, session, provider, account } = oidc;
  const unit = UnitOfWork.required();
  if (!client || !session || !account) return undefined;
  unit.facts ??= unit.sessionFactsOf(account.accountId);
  const grantId = session.grantIdFor(client.clientId);
  const known = grantId === undefined ? undefined : await provider.Grant.find(grantId);
  const usable = known?.accountId === account.accountId ? known : undefined;
  const { clientId } = client;
  const grant = new provider.Grant({
    accountId: account.accountId,
    clientId,
    ...(usable && { jti: usable.jti }),
  } as never);
  grant.addOIDCScope([...new Set([...oidc.requestParamOIDCScopes, ...words(usable?.getOIDCScope())])].join(' '));
  await grant.save();
  return grant;
}

const words = (text: string | undefined): string[] => text?.split(' ').filter((word) => word !== '') ?? [];
