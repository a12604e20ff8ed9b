import { type ComposeFile, environmentOf } from './compose.js';

/** What a service's compiled `config.js` exports. */
export type ServiceConfig = {
  table: Record<string, { safeParse(value: unknown): { success: boolean } }>;
  read(environment: Record<string, string | undefined>): unknown;
};

/** Settings that Node itself reads. */
const nodeSettings = ['NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'];

/**
 * Holds the environment a compose service gets against the settings the service declares: each needed one is there,
 * each given one is known, and all together are accepted.
 */
export function settingsProblems(
  service: string,
  config: ServiceConfig,
  compose: ComposeFile,
  env: Record<string, string>,
): string[] {
  const given = environmentOf(compose, service, env);
  const needed = Object.keys(config.table).filter((name) => !config.table[name]?.safeParse(undefined).success);
  const missing = needed.filter((name) => !(name in given)).map((name) => `${service} needs ${name}.`);
  const known = [...Object.keys(config.table), ...nodeSettings];
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  const refused = missing.length > 0 ? [] : whyRefused(service, config, given);
  return [...missing, ...unknown.map((name) => `${service} does not know ${name}.`), ...refused];
}

function whyRefused(service: string, config: ServiceConfig, given: Record<string, string>): string[] {
  try {
    config.read(given);
    return [];
  } catch (problem) {
    return [`${service}: ${(problem as Error).message}`];
  }
}
