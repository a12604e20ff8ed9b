import { Refusal } from '../check-list.js';
import { createUpstreamHttp, type UpstreamHttp } from '../http/upstream-http.js';
import { guid } from '../json.js';
import { checkAccessToken, type VerifiedAccess } from './check-access-token.js';
import type { HeadlessBearer } from './headless-bearer.js';
import { issuerOf, metadataUrl, type ProviderPlace } from './provider-metadata.js';
import { createProviders, type Provider, type Providers } from './providers.js';

/** Which Entra tenant's tokens the operator's own people and programs may bring. Off while there is no tenant. */
export type OperatorTokenSettings = {
  OPERATOR_TENANT_ID?: string | undefined;
  OPERATOR_AUDIENCE?: string[] | undefined;
  OPERATOR_AUTHORITY?: string | undefined;
  OPERATOR_CLIENT_IDS?: string[] | undefined;
};

export type OperatorTokenVerdict =
  | ({ accepted: true } & Pick<VerifiedAccess, 'objectId' | 'clientId' | 'about' | 'roles'>)
  | { accepted: false; reason: 'invalid' | 'expired' | 'unavailable'; code: string };

/** Verifies access tokens of the operator's own Entra tenant. */
export type OperatorTokens = {
  /** Whose tokens these are: everything else is for somebody else to judge. */
  readonly issuers: readonly string[];
  /** Never throws and never rejects. */
  verify(token: string): Promise<OperatorTokenVerdict>;
  close(): Promise<void>;
};

const microsoftCloud = 'https://login.microsoftonline.com';
/** Microsoft's advice: an unknown key id reads the keys again, but not more often than this. */
const keyCooldownMs = 5 * 60_000;
/** After metadata could not be read: strangers with tokens must not make us ask again and again. */
const retryAfterMs = 5_000;

/**
 * Makes the check, or nothing when the operator named no tenant.
 * @param ca certificates to trust beside those of NODE_EXTRA_CA_CERTS
 * @throws RangeError when the settings do not fit together
 */
export function createOperatorTokens(
  settings: OperatorTokenSettings,
  { ca, clock = Date.now }: { ca?: string | undefined; clock?: () => number } = {},
): OperatorTokens | undefined {
  if (settings.OPERATOR_TENANT_ID === undefined) return undefined;
  const tenantId = guid(settings.OPERATOR_TENANT_ID);
  const { OPERATOR_AUDIENCE: audiences = [], OPERATOR_AUTHORITY: authority = microsoftCloud } = settings;
  if (!tenantId || /^0{8}-/.test(tenantId)) throw new RangeError('OPERATOR_TENANT_ID is the GUID of one tenant');
  if (audiences.length === 0) throw new RangeError('OPERATOR_AUDIENCE is needed beside OPERATOR_TENANT_ID');
  const place = { authority, segment: tenantId };
  const http = createUpstreamHttp({ allowedOrigins: [authority], ...(ca !== undefined && { ca }) });
  const issuers = [issuerOf(place), `https://${v1Host(authority)}/${tenantId}/`];
  // The library is large: it is loaded for the first token.
  let bearer: Promise<HeadlessBearer> | undefined;
  const openBearer = async () => {
    const { HeadlessBearer: Bearer } = await import('./headless-bearer.js');
    return new Bearer({ metadataUrl: metadataUrl(place), audiences, issuers });
  };
  const provided = openProvider(http, place, clock);
  const mayDelegate = new Set(settings.OPERATOR_CLIENT_IDS?.map((id) => id.toLowerCase()));

  const check = async (token: string): Promise<OperatorTokenVerdict> => {
    const source = { provider: await provided.get(), providers: provided.providers };
    const expected = { tenantId, issuers, audiences, now: new Date(clock()) };
    const { verifier, ...found } = await checkAccessToken(token, expected, source);
    // Any application of the tenant may get a person's token once that person consents; only the operator's own count.
    if (found.about === 'person' && !mayDelegate.has(found.clientId)) return refused('invalid', 'client-not-listed');
    bearer ??= openBearer();
    if (!(await (await bearer).accepts(token, verifier))) return refused('invalid', 'upstream.second-opinion');
    return { accepted: true, ...found };
  };

  return {
    issuers,
    verify: (token) => check(token).catch(verdictOf),
    close: () => http.close(),
  };
}

/** China's cloud has a v1 host of its own; all others share the first one's. */
function v1Host(authority: string): string {
  return authority === 'https://login.partner.microsoftonline.cn' ? 'sts.chinacloudapi.cn' : 'sts.windows.net';
}

function openProvider(http: UpstreamHttp, place: ProviderPlace, clock: () => number) {
  const providers: Providers = createProviders({ http, clock, keyCooldownMs });
  let failed: { at: number; error: unknown } | undefined;
  return {
    providers,
    async get(): Promise<Provider> {
      if (failed && clock() - failed.at < retryAfterMs) throw failed.error;
      try {
        const provider = await providers.get(place);
        failed = undefined;
        return provider;
      } catch (error) {
        failed = { at: clock(), error };
        throw error;
      }
    },
  };
}

function verdictOf(error: unknown): OperatorTokenVerdict {
  if (!(error instanceof Refusal)) return refused('unavailable', 'upstream.unexpected');
  if (error.code === 'upstream.expired') return refused('expired', error.code);
  return refused(error.check === 'upstream.metadata' ? 'unavailable' : 'invalid', error.code);
}

function refused(reason: 'invalid' | 'expired' | 'unavailable', code: string): OperatorTokenVerdict {
  return { accepted: false, reason, code };
}
