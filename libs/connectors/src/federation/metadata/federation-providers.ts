import type { UpstreamHttp } from '../../http/upstream-http.js';
import { Refusal } from '../../check-list.js';
import type { FederationConnection, FederationMetadata } from '../federation-connection.js';
import { fetchMetadata } from './fetch-federation-metadata.js';
import { checkMetadata, fingerprintsOf, withPinned } from './metadata-rules.js';
import { parseMetadata, type FederationProtocol } from './read-federation-metadata.js';

/** A provider as it is known now: its certificates are those that may sign. */
export type KnownFederation = {
  metadata: FederationMetadata;
  /** `registry`: as the connection came to us; `provider`: read since by ourselves. */
  source: 'registry' | 'provider';
  /** The code of the latest reading when that failed. */
  problem?: string;
};

/** What providers say of themselves. A connection that contradicts itself is a `Refusal`. */
export type FederationProviders = {
  /** What is known now; never waits for a provider. A reading that is due goes on in the background. */
  get(connection: FederationConnection): KnownFederation;
  /**
   * The provider read again, because something is signed with a certificate that `known` does not hold. At most one
   * reading per cooldown; in between, and where nothing can be read, the answer is what is there.
   */
  withNewerCertificates(connection: FederationConnection, known: KnownFederation): Promise<KnownFederation>;
};

export type FederationProvidersOptions = {
  protocol: FederationProtocol;
  /** Reaches the listed authorities: for metadata at the connection's own authority. */
  http: UpstreamHttp;
  /** Reaches public addresses only: for metadata anywhere else. */
  publicHttp: UpstreamHttp;
  /** Milliseconds since 1970; for ages of cached metadata only. */
  clock?: () => number;
  /** Milliseconds between two readings caused by unknown certificates; a minute when absent. */
  cooldownMs?: number;
};

type Entry = {
  read: FederationMetadata | undefined;
  problem: string | undefined;
  nextRefreshAt: number;
  askedForAt: number;
  loading: Promise<void> | undefined;
};

const refreshAfter = 60 * 60 * 1000;
/** After a failed reading in the background. */
const retryAfter = 60 * 1000;
const mostEntries = 5_000;

/**
 * Keeps the metadata of providers: the registry's reading until there is one of our own, refreshed hourly, together, the
 * last good copy kept on errors. What is read must be of the same entity as before, and of Entra on its own authority.
 */
export function createFederationProviders(options: FederationProvidersOptions): FederationProviders {
  const { protocol, http, publicHttp, clock = Date.now, cooldownMs = 60_000 } = options;
  const entries = new Map<string, Entry>();

  async function read(connection: FederationConnection, url: string): Promise<FederationMetadata> {
    const own = new URL(url).origin === connection.authority;
    const metadata = parseMetadata(await fetchMetadata(own ? http : publicHttp, url), protocol);
    checkMetadata(connection, metadata);
    return metadata;
  }

  /** Reads once, however many ask at the same time. Never rejects: the problem is kept beside the last good copy. */
  function load(entry: Entry, connection: FederationConnection, url: string): Promise<void> {
    entry.loading ??= read(connection, url)
      .then(
        (metadata) =>
          Object.assign(entry, { read: metadata, problem: undefined, nextRefreshAt: clock() + refreshAfter }),
        (error: unknown) => {
          const problem = error instanceof Refusal ? error.code : 'upstream.metadata-unreachable';
          Object.assign(entry, { problem, nextRefreshAt: clock() + retryAfter });
        },
      )
      .then(() => {
        entry.loading = undefined;
      });
    return entry.loading;
  }

  return {
    get(connection) {
      const { metadataUrl } = connection;
      if (metadataUrl === null) return knownOf(connection, undefined);
      const entry = entryOf(entries, connection, clock());
      if (clock() >= entry.nextRefreshAt) void load(entry, connection, metadataUrl);
      return knownOf(connection, entry);
    },

    async withNewerCertificates(connection, known) {
      const { metadataUrl } = connection;
      if (metadataUrl === null) return known;
      const entry = entryOf(entries, connection, clock());
      // Somebody else has read newer ones meanwhile.
      if (fingerprintsOf(knownOf(connection, entry)) !== fingerprintsOf(known)) return knownOf(connection, entry);
      if (entry.loading === undefined && clock() - entry.askedForAt < cooldownMs) return knownOf(connection, entry);
      entry.askedForAt = clock();
      await load(entry, connection, metadataUrl);
      return knownOf(connection, entry);
    },
  };
}

/** A changed connection starts anew with what the registry read for it. */
function entryOf(entries: Map<string, Entry>, connection: FederationConnection, now: number): Entry {
  const key = `${connection.connectionId}|${connection.revision}`;
  const fresh: Entry = {
    ...{ read: undefined, problem: undefined, loading: undefined },
    // The registry has just read it: ours is due in a while, or when an unknown certificate asks for it.
    nextRefreshAt: now + retryAfter,
    askedForAt: Number.NEGATIVE_INFINITY,
  };
  const entry = entries.get(key) ?? fresh;
  // Deleting first keeps the map in the order of last use.
  entries.delete(key);
  entries.set(key, entry);
  for (const oldest of entries.keys()) {
    if (entries.size <= mostEntries) break;
    entries.delete(oldest);
  }
  return entry;
}

function knownOf(connection: FederationConnection, entry: Entry | undefined): KnownFederation {
  const metadata = entry?.read ?? connection.metadata;
  checkMetadata(connection, metadata);
  return {
    metadata: withPinned(connection, metadata),
    source: entry?.read ? 'provider' : 'registry',
    ...(entry?.problem === undefined ? {} : { problem: entry.problem }),
  };
}
