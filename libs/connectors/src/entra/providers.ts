import { Refusal } from '../check-list.js';
import type { UpstreamHttp } from '../http/upstream-http.js';
import { UpstreamHttpError } from '../http/upstream-http.error.js';
import { metadataUrl, readMetadata, type ProviderMetadata, type ProviderPlace } from './provider-metadata.js';
import { readSigningKeys, type SigningKeys } from './signing-keys.js';

/** A provider as last read. Equal content has an equal digest. */
export type Provider = { place: ProviderPlace; metadata: ProviderMetadata; keys: SigningKeys; digest: string };

/** Metadata and signing keys of providers, kept in memory. Rejects with `Refusal` only. */
export type Providers = {
  get(place: ProviderPlace): Promise<Provider>;
  /**
   * The provider with keys read again, because a token named a key that `known` does not hold. At most one read per
   * cooldown; in between the answer is what is there.
   */
  withNewerKeys(known: Provider): Promise<Provider>;
};

const hour = 60 * 60 * 1000;
/** Microsoft's advice (signing key rollover): look again every hour, live at most a day on what was read. */
const refreshAfter = hour;
const lastsFor = 24 * hour;
/** After a failed refresh in the background. */
const retryAfter = 60 * 1000;
const mostProviders = 5_000;

type Entry = {
  provider: Provider | undefined;
  readAt: number;
  nextRefreshAt: number;
  keysRefreshedAt: number;
  loading: Promise<Provider> | undefined;
  loadingKeys: Promise<Provider> | undefined;
};

export type ProvidersOptions = { http: UpstreamHttp; clock: () => number; keyCooldownMs: number };

export function createProviders({ http, clock, keyCooldownMs }: ProvidersOptions): Providers {
  const entries = new Map<string, Entry>();

  function entryOf(place: ProviderPlace): Entry {
    const url = metadataUrl(place);
    const entry = entries.get(url) ?? newEntry();
    // Deleting first keeps the map in the order of last use.
    entries.delete(url);
    entries.set(url, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= mostProviders) break;
      entries.delete(oldest);
    }
    return entry;
  }

  /** Loads once, however many ask at the same time. */
  function load(entry: Entry, place: ProviderPlace): Promise<Provider> {
    entry.loading ??= loadProvider(http, place)
      .then((provider) => {
        const readAt = clock();
        Object.assign(entry, { provider, readAt, nextRefreshAt: readAt + refreshAfter });
        return provider;
      })
      .finally(() => {
        entry.loading = undefined;
      });
    return entry.loading;
  }

  return {
    async get(place) {
      const entry = entryOf(place);
      const now = clock();
      if (!entry.provider || now - entry.readAt >= lastsFor) return load(entry, place);
      if (now >= entry.nextRefreshAt) {
        entry.nextRefreshAt = now + retryAfter;
        load(entry, place).catch(() => undefined); // the last good copy stays; the next try is due in a minute
      }
      return entry.provider;
    },

    async withNewerKeys(known) {
      const entry = entryOf(known.place);
      if (entry.loadingKeys) return entry.loadingKeys;
      const { provider = known } = entry;
      // Somebody else has read newer keys meanwhile.
      if (provider.keys.digest !== known.keys.digest) return provider;
      if (clock() - entry.keysRefreshedAt < keyCooldownMs) return provider;
      entry.keysRefreshedAt = clock();
      entry.loadingKeys = loadKeys(http, provider.metadata)
        .then((keys) => (entry.provider = providerOf(provider.place, provider.metadata, keys)))
        .catch(() => provider) // old keys are better than none
        .finally(() => {
          entry.loadingKeys = undefined;
        });
      return entry.loadingKeys;
    },
  };
}

function newEntry(): Entry {
  return {
    provider: undefined,
    readAt: 0,
    nextRefreshAt: 0,
    keysRefreshedAt: Number.NEGATIVE_INFINITY,
    loading: undefined,
    loadingKeys: undefined,
  };
}

async function loadProvider(http: UpstreamHttp, place: ProviderPlace): Promise<Provider> {
  const document = await fetchDocument(http, metadataUrl(place), 'metadata');
  const metadata = readMetadata(place, document);
  return providerOf(place, metadata, await loadKeys(http, metadata));
}

function providerOf(place: ProviderPlace, metadata: ProviderMetadata, keys: SigningKeys): Provider {
  return {
    place,
    metadata,
    keys,
    digest: `${keys.digest}|${metadata.authorizationEndpoint}|${metadata.tokenEndpoint}`,
  };
}

async function loadKeys(http: UpstreamHttp, { jwksUri }: ProviderMetadata): Promise<SigningKeys> {
  return readSigningKeys(await fetchDocument(http, jwksUri, 'keys'));
}

async function fetchDocument(http: UpstreamHttp, url: string, what: 'metadata' | 'keys'): Promise<unknown> {
  try {
    const { status, json } = await http.json(url);
    if (status === 200) return json;
    throw new UpstreamHttpError('unreachable', status);
  } catch (error) {
    const { problem, status } = error instanceof UpstreamHttpError ? error : new UpstreamHttpError('unreachable');
    const broken = (problem === 'not-json' && status === 200) || problem === 'too-large' || problem === 'redirected';
    throw new Refusal('upstream.metadata', `upstream.${what}-${broken ? 'invalid' : 'unreachable'}`, {
      problem,
      ...(status === undefined ? {} : { status }),
    });
  }
}
