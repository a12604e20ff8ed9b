import { isUrl } from '@homerealm/domain';
import { z } from 'zod';
import { parseRoleMap, type RoleMap } from './operator-callers.js';
import { type TracingSettings, tracingSettings } from './tracing/settings.js';

const entriesOf = (text: string): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');

const list = z.string().transform(entriesOf);

/** Who else may call the management APIs: people and programs of the operator's own Entra tenant. Off by default. */
export const operatorTokenSettings = {
  OPERATOR_TENANT_ID: z
    .guid('Expected the GUID of one tenant.')
    .optional()
    .describe('GUID of the operator’s own Entra tenant. With it, its access tokens are taken by the management APIs.'),
  OPERATOR_AUDIENCE: list
    .optional()
    .describe('Audience of those tokens, comma separated: client id or application ID URI of the API’s registration.'),
  OPERATOR_AUTHORITY: z
    .url({ protocol: /^https$/ })
    .refine((text) => !isUrl(text) || new URL(text).href === `${new URL(text).origin}/`, 'Expected an origin.')
    .transform((text) => new URL(text).origin)
    .default('https://login.microsoftonline.com')
    .describe('Origin of the cloud that tenant lives in.'),
  OPERATOR_CLIENT_IDS: list
    .optional()
    .describe('Client ids, comma separated, through which people of that tenant may call. None by default.'),
  OPERATOR_ROLES: z
    .string()
    .transform((text, context): RoleMap => {
      try {
        return parseRoleMap(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'cannot be read' });
        return z.NEVER;
      }
    })
    .optional()
    .describe(
      'App roles of that tenant and the scopes they stand for, `Role=scope scope`, comma separated. A role called like a scope is that scope without an entry.',
    ),
};

/** Settings every service has. Spread it into `defineConfig`, beside the service's own PORT. */
export const serviceSettings = {
  HOST: z.string().default('127.0.0.1').describe('Address to listen on.'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('Least severity that is logged.'),
  ISSUER: z
    .url()
    .transform((url) => url.replace(/\/$/, ''))
    .describe('The gateway as applications know it: issuer of all tokens.'),
  ISSUER_JWKS_URL: z
    .url()
    .optional()
    .describe('Where this service fetches the keys of the issuer; by default ISSUER/.well-known/jwks.json.'),
  TRUSTED_PROXIES: z
    .string()
    .optional()
    .transform((list) => list?.split(',').map((entry) => entry.trim()))
    .describe('Addresses or networks, comma separated, whose X-Forwarded-* headers count. None by default.'),
  ...operatorTokenSettings,
  ...tracingSettings,
};

export type ServiceSettings = TracingSettings & {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  ISSUER: string;
  ISSUER_JWKS_URL?: string | undefined;
  TRUSTED_PROXIES?: string[] | undefined;
  OPERATOR_TENANT_ID?: string | undefined;
  OPERATOR_AUDIENCE?: string[] | undefined;
  OPERATOR_AUTHORITY?: string | undefined;
  OPERATOR_CLIENT_IDS?: string[] | undefined;
  OPERATOR_ROLES?: RoleMap | undefined;
};

const isHttpsOrigin = (text: string): boolean =>
  isUrl(text) && new URL(text).protocol === 'https:' && new URL(text).origin === text;

/** A list of https origins, comma separated; none by default. */
export const httpsOrigins = () =>
  z
    .string()
    .default('')
    .transform(entriesOf)
    .refine((origins) => origins.every(isHttpsOrigin), 'expected https origins, comma separated');

/** The port a service listens on; 0 takes any free one. */
export const port = (byDefault: number) =>
  z.coerce.number().int().min(0).max(65_535).default(byDefault).describe('Port to listen on.');
