import { z } from 'zod';
import { type TracingSettings, tracingSettings } from './tracing/settings.js';

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
  ...tracingSettings,
};

export type ServiceSettings = TracingSettings & {
  PORT: number;
  HOST: string;
  LOG_LEVEL: string;
  ISSUER: string;
  ISSUER_JWKS_URL?: string | undefined;
  TRUSTED_PROXIES?: string[] | undefined;
};

/** The port a service listens on; 0 takes any free one. */
export const port = (byDefault: number) =>
  z.coerce.number().int().min(0).max(65_535).default(byDefault).describe('Port to listen on.');
