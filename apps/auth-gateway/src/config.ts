import { eventSettings } from '@homerealm/events';
import { defineConfig, port, serviceSettings, type SettingsOf } from '@homerealm/platform';
import { z } from 'zod';
import { ownSignInSettings } from './own-sign-in.settings.js';
import { signInSettings } from './sign-in.settings.js';

const seconds = (byDefault: number, says: string) =>
  z.coerce.number().int().positive().default(byDefault).describe(says);

function isIssuer(text: string): boolean {
  const { protocol, hostname, origin } = new URL(text);
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return text === origin && (protocol === 'https:' || (protocol === 'http:' && isLocal));
}

/** Every setting of the gateway. */
export const config = defineConfig({
  PORT: port(4000),
  ...serviceSettings,
  ...eventSettings,
  ...signInSettings,
  ...ownSignInSettings,
  ISSUER: serviceSettings.ISSUER.refine(
    isIssuer,
    'expected an https origin without a path; http only on localhost or a loopback address',
  ).describe(
    'The gateway as applications know it: issuer of all tokens. Endpoint addresses come from it, never from a request.',
  ),
  SEALING_KEYS: z
    .string()
    .describe(
      '`id:base64(32 bytes)`, comma separated: seals signing keys, client secrets and pending sign-ins. The first seals, all open.',
    ),
  CONNECTION_SEALING_KEYS: z
    .string()
    .optional()
    .describe('Keys the connection credentials are sealed with, in the same form; by default SEALING_KEYS.'),
  DIRECTORY_URL: z.url().default('http://127.0.0.1:4200').describe('The identity directory.'),
  REGISTRY_URL: z.url().default('http://127.0.0.1:4100').describe('The connection registry, asked for test runs.'),
  ENTRA_AUTHORITIES: z
    .string()
    .optional()
    .describe(
      '`origin=graphOrigin`, comma separated: upstream authorities that connections may use, and the Graph each one trusts.',
    ),
  GROUPS_TIME_BUDGET_MS: z.coerce
    .number()
    .int()
    .min(0)
    .default(3_000)
    .describe('How long a sign-in waits for Microsoft Graph; beyond it the groups are unknown.'),
  GROUPS_FRESH_WITHIN: z.coerce
    .number()
    .int()
    .min(10)
    .default(60)
    .describe(
      'How long the gateway vouches for groups without news from the event log, in seconds; beyond it a refreshed token says unknown.',
    ),
  BOOTSTRAP_ADMIN_CLIENT_ID: z
    .string()
    .optional()
    .describe('Client id of a first admin application; made at start, with BOOTSTRAP_ADMIN_CLIENT_SECRET.'),
  BOOTSTRAP_ADMIN_CLIENT_SECRET: z
    .string()
    .regex(/^[\w.~-]{32,}$/, 'expected at least 32 characters of A-Z a-z 0-9 - . _ ~')
    .optional()
    .describe('Its secret: at least 32 characters of A-Z a-z 0-9 - . _ ~.'),
  ACCESS_TOKEN_SECONDS: seconds(3_600, 'Lifetime of access tokens, in seconds.'),
  ID_TOKEN_SECONDS: seconds(3_600, 'Lifetime of ID tokens, in seconds.'),
  REFRESH_TOKEN_SECONDS: seconds(1_209_600, 'How long an unused refresh token is good, in seconds.'),
  REFRESH_FAMILY_SECONDS: seconds(7_776_000, 'How long after a sign-in its refresh tokens work at all, in seconds.'),
  SESSION_SECONDS: seconds(86_400, 'How long a session lasts without use, in seconds.'),
  LOGOUT_ORIGINS: z
    .string()
    .default('')
    .transform((text) =>
      text.split(',').flatMap((origin) => (origin.trim() === '' ? [] : [new URL(origin.trim()).origin])),
    )
    .describe(
      'Origins, comma separated, that logout notices may go to although they are of a private network or plain http.',
    ),
  SIGN_IN_SECONDS: seconds(600, 'How long a started sign-in may take, in seconds.'),
});
export type Settings = SettingsOf<typeof config>;

/** Injection token of the settings: `constructor(@Inject(SETTINGS) settings: Settings)`. */
export const SETTINGS = Symbol('settings');
