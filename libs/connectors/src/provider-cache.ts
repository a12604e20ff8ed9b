import { Refusal } from './check-list.js';
import type { UpstreamHttp } from './http/upstream-http.js';
import { UpstreamHttpError } from './http/upstream-http.error.js';

/** A provider as last read. Equal content has an equal digest. */
export type KnownProvider<Place, Metadata, Keys> = { place: Place; metadata: Metadata; keys: Keys; digest: string };

/** Metadata and signing keys of providers, kept in memory. Rejects with `Refusal` only. */
export type ProviderCache<Place, Metadata, Keys> = {
  get(place: Place): Promise<KnownProvider<Place, Metadata, Keys>>;
  /**
   * The provider with keys read again, because a token named a key that `known` does not hold. At most one read per
   * cooldown; in between the answer is what is there.
   */
  withNewerKeys(known: KnownProvider<Place, Metadata, Keys>): Promise<KnownProvider<Place, Metadata, Keys>>;
};

/** Where a kind of provider publishes itself, and how its documents are read: both readers throw a `Refusal`. */
export type ProviderDocuments<Place, Metadata, Keys> = {
  metadataUrl(place: Place): string;
  readMetadata(place: Place, document: unknown): Metadata;
  readKeys(document: unknown): Keys;
};

const hour = 60 * 60 * 1000;
/** Microsoft's advice for its signing keys, good for everybody's: look again every hour, live at most a day on what was read. */
const refreshAfter = hour;
const lastsFor = 24 * hour;
/** After a failed refresh in the background. */
const retryAfter = 60 * 1000;
const mostProviders = 5_000;

type Entry<Provider> = {
  provider: Provider | undefined;
  readAt: number;
  nextRefreshAt: number;
  keysRefreshedAt: number;
  loading: Promise<Provider> | undefined;
  loadingKeys: Promise<Provider> | undefined;
};

type UsableKeys = { digest: string };
type UsableMetadata = { authorizationEndpoint: string; tokenEndpoint: string; jwksUri: string };

export type ProviderCacheOptions = { http: UpstreamHttp; clock: () => number; keyCooldownMs: number };

/** Keeps what providers publish: refreshed hourly, together, the last good copy kept on errors. */
export function createProviderCache<Place, Metadata extends UsableMetadata, Keys extends UsableKeys>(
  documents: ProviderDocuments<Place, Metadata, Keys>,
  { http, clock, keyCooldownMs }: ProviderCacheOptions,
): ProviderCache<Place, Metadata, Keys> {
  type Provider = KnownProvider<Place, Metadata, Keys>;
  const entries = new Map<string, Entry<Provider>>();
  const loadKeys = async (metadata: Metadata) =>
    documents.readKeys(await fetchDocument(http, metadata.jwksUri, 'keys'));
  const loadProvider = async (place: Place): Promise<Provider> => {
    const document = await fetchDocument(http, documents.metadataUrl(place), 'metadata');
    const metadata = documents.readMetadata(place, document);
    return providerOf(place, metadata, await loadKeys(metadata));
  };

  function entryOf(place: Place): Entry<Provider> {
    const url = documents.metadataUrl(place);
    const entry = entries.get(url) ?? newEntry<Provider>();
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
  function load(entry: Entry<Provider>, place: Place): Promise<Provider> {
    entry.loading ??= loadProvider(place)
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
      entry.loadingKeys = loadKeys(provider.metadata)
        .then((keys) => (entry.provider = providerOf(provider.place, provider.metadata, keys)))
        .catch(() => provider) // old keys are better than none
        .finally(() => {
          entry.loadingKeys = undefined;
        });
      return entry.loadingKeys;
    },
  };
}

function newEntry<Provider>(): Entry<Provider> {
  return {
    provider: undefined,
    readAt: 0,
    nextRefreshAt: 0,
    keysRefreshedAt: Number.NEGATIVE_INFINITY,
    loading: undefined,
    loadingKeys: undefined,
  };
}

function providerOf<Place, Metadata extends UsableMetadata, Keys extends UsableKeys>(
  place: Place,
  metadata: Metadata,
  keys: Keys,
): KnownProvider<Place, Metadata, Keys> {
  const digest = `${keys.digest}|${metadata.authorizationEndpoint}|${metadata.tokenEndpoint}`;
  return { place, metadata, keys, digest };
}

async function fetchDocument(http: UpstreamHttp, url: string, what: 'metadata' | 'keys'): Promise<unknown> {
  try {
    const { status, json } = await http.json(url);
    if (status === 200) return json;
    throw new UpstreamHttpError('unreachable', status);
  } catch (error) {
    const { problem, status } = error instanceof UpstreamHttpError ? error : new UpstreamHttpError('unreachable');
    const broken = (problem === 'not-json' && status === 200) || problem === 'too-large' || problem === 'redirected';
    const code = isRefusedAddress(problem)
      ? 'upstream.address-refused'
      : (`upstream.${what}-${broken ? 'invalid' : 'unreachable'}` as const);
    throw new Refusal('upstream.metadata', code, { problem, ...(status === undefined ? {} : { status }) });
  }
}

/** The address was not even tried: it is on a private network, or no plain https address. */
export const isRefusedAddress = (problem: UpstreamHttpError['problem']): boolean =>
  problem === 'not-public' || problem === 'not-allowed';
