import { load, table, writePage } from './write.mjs';

/** Writes the settings of every service: a table for readers. */
const services = ['auth-gateway', 'connection-registry', 'identity-directory', 'profile-sync'];
const configs = await Promise.all(
  services.map(async (service) => [service, (await load(`apps/${service}/dist/config.js`)).config]),
);

const required = 'required';

/** What an unset setting becomes. Schemas answer it themselves. */
function byDefault(schema) {
  const result = schema.safeParse(undefined);
  if (!result.success) return required;
  const { data } = result;
  if (data === undefined) return '–';
  return Array.isArray(data) ? data.join(',') : String(data);
}

const rowsOf = (config) =>
  Object.entries(config.table).map(([name, schema]) => [`\`${name}\``, byDefault(schema), schema.description ?? '']);

writePage('docs/generated/settings.md', [
  '# Settings',
  '',
  'All settings come from the environment and are checked together when a service starts.',
  '',
  ...configs.flatMap(([service, config]) => [
    `## ${service}`,
    '',
    ...table(['setting', 'default', 'says'], rowsOf(config)),
    '',
  ]),
]);
