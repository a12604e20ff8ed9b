import { parseEntraAuthorities } from '@homerealm/connectors';
import { eventSettings } from '@homerealm/events';
import { defineConfig, httpsOrigins, openSealer, port, serviceSettings, type SettingsOf } from '@homerealm/platform';
import { z } from 'zod';
import { Resolver } from 'node:dns';
import { parseSocialIssuers } from './domain/social-issuers.js';

/** A text that a parser must be able to read; what the parser says of it is told with the other bad settings. */
const readableBy = (parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
    }
  });

function parseDnsServers(text: string): string[] {
  const servers = text.split(',').map((entry) => entry.trim());
  new Resolver().setServers(servers);
  return servers;
}

export const config = defineConfig({
  PORT: port(4100),
  ...serviceSettings,
  ...eventSettings,
  SEALING_KEYS: readableBy(openSealer).describe(
    'Keys that seal credentials, `id:base64 of 32 bytes`, comma separated; the first one seals.',
  ),
  ENTRA_AUTHORITIES: readableBy(parseEntraAuthorities)
    .optional()
    .describe('Allowed authorities, `origin=graphOrigin`, comma separated. By default the Microsoft clouds.'),
  SOCIAL_ISSUERS: readableBy(parseSocialIssuers)
    .optional()
    .describe('Providers to use in place of the known ones, `google=https://…`, comma separated. For tests.'),
  UPSTREAM_PRIVATE_ORIGINS: httpsOrigins().describe(
    'https origins, comma separated, whose federation metadata may be read on a private network. Every other address must be a public one.',
  ),
  UPKEEP_POLL_MS: z.coerce
    .number()
    .int()
    .min(50)
    .default(60_000)
    .describe(
      'How often this service looks for credentials that end or are due to be tried, for metadata to read and for domains to prove.',
    ),
  DNS_SERVERS: readableBy(parseDnsServers)
    .transform(parseDnsServers)
    .optional()
    .describe('Name servers to ask for proofs of domains, `address[:port]`, comma separated. By default the system’s.'),
});
export type Settings = SettingsOf<typeof config>;
