import { Resolver } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import { isPublicAddress } from './public-address.js';
import { UpstreamHttpError } from './upstream-http.error.js';

/** Addresses of a name, as the name service has them at this moment. */
export type ResolveName = (hostname: string) => Promise<readonly string[]>;

export type GuardOptions = {
  secureContext: SecureContext;
  timeoutMs: number;
  /** Origins that may be on a private network. */
  privateOrigins: ReadonlySet<string>;
  resolve?: ResolveName;
};

/**
 * Opens connections to the public internet only. The address is looked at in the moment it is connected to, and it is
 * the same lookup that the connection uses: a name that changes its address in between (DNS rebinding) gains nothing.
 */
export function guardedConnect(options: GuardOptions): buildConnector.connector {
  const { secureContext, timeoutMs, privateOrigins, resolve = askNameServers(timeoutMs) } = options;
  const socket = { secureContext, timeout: timeoutMs };
  const anywhere = buildConnector(socket);
  const lookup = publicLookup(resolve);
  // Its type takes options of plain sockets only; what it does not know it hands on to `tls.connect`.
  const publicOnly = buildConnector({ ...socket, lookup } as buildConnector.BuildOptions);
  return (target, callback) => {
    if (privateOrigins.has(`${target.protocol}//${target.host}`)) return anywhere(target, callback);
    // A literal address is never looked up, so it is judged here. `URL` has made one form of all its spellings.
    const literal = target.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(literal) && !isPublicAddress(literal)) return callback(notPublic(), null);
    return publicOnly(target, callback);
  };
}

/** One private address among several is enough to refuse the name: whoever answers so is up to something. */
function publicLookup(resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        if (addresses.length === 0) return callback(new UpstreamHttpError('unreachable'), '', 0);
        if (!addresses.every(isPublicAddress)) return callback(notPublic(), '', 0);
        const all = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = all;
        if (options.all) return callback(null, all, 0);
        return callback(null, first?.address ?? '', first?.family ?? 0);
      },
      () => callback(new UpstreamHttpError('unreachable'), '', 0),
    );
  };
}

/**
 * Asks name servers, not the machine: its hosts file and search list are there for private names. It also keeps a slow
 * name server of one provider off the few threads that all lookups of the process share.
 */
function askNameServers(timeoutMs: number): ResolveName {
  const resolver = new Resolver({ timeout: Math.min(timeoutMs, 2_000), tries: 2 });
  return async (hostname) => {
    const answers = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)]);
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  };
}

const notPublic = () => new UpstreamHttpError('not-public');
