import { existsSync, readFileSync } from 'node:fs';
import { databases, parts } from '../parts.js';
import { environmentOf, readCompose, readDotEnv, schemaProblems } from './compose.js';
import { settingsProblems, type ServiceConfig } from './settings.js';

const file = (path: string) => new URL(`../../../../${path}`, import.meta.url);
const read = (path: string) => readFileSync(file(path), 'utf8');
const compose = readCompose(read('docker-compose.yml'));
const env = readDotEnv(read('.env.example'));
const services = (['gateway', 'registry', 'directory', 'profileSync'] as const).map((part) => ({
  app: parts[part].app,
  port: String(4000 + parts[part].offset),
  database: databases[part],
}));

describe('the compose file', () => {
  it('is valid by the schema of the Compose Specification', () => {
    expect(schemaProblems(compose)).toEqual([]);
  });

  it('would not pass with a word the specification does not know', () => {
    expect(schemaProblems({ services: { x: { image: 'x', portz: [] } } })).not.toEqual([]);
  });

  it('runs the four services, Postgres and Kafka', () => {
    expect(Object.keys(compose.services).sort()).toEqual(
      [...services.map(({ app }) => app), 'kafka', 'postgres'].sort(),
    );
  });

  it('pins the Kafka and the Postgres that the project is tested with', () => {
    expect(compose.services['kafka']?.image).toBe('apache/kafka:4.3.1');
    expect(compose.services['postgres']?.image).toMatch(/^postgres:18\./);
  });

  it.each(services)(
    'builds $app with the one Dockerfile and gives it its own database and port',
    ({ app, ...wanted }) => {
      const service = compose.services[app];
      expect(service?.build).toMatchObject({ dockerfile: 'deploy/docker/service.Dockerfile', args: { APP: app } });
      const given = environmentOf(compose, app, env);
      expect(given).toMatchObject({ PORT: wanted.port, EVENT_LOG: 'kafka', KAFKA_BROKERS: 'kafka:9092' });
      expect(new URL(given['DATABASE_URL'] ?? '').pathname).toBe(`/${wanted.database}`);
      expect(new URL(given['DATABASE_URL'] ?? '').username).toBe(wanted.database);
      expect(Object.keys(service?.depends_on ?? {}).sort()).toEqual(['kafka', 'postgres']);
    },
  );

  it('creates every database it names', () => {
    const script = read('deploy/docker/create-databases.sh');
    for (const { database } of services) expect(script).toContain(`create ${database} `);
  });

  it('gives no secret a default', () => {
    const text = read('docker-compose.yml');
    for (const [, name] of text.matchAll(/\$\{(\w*(?:PASSWORD|SECRET|SEALING_KEYS)):-/g)) expect(name).toBeUndefined();
  });

  it('names the missing secret instead of starting without it', () => {
    expect(() => environmentOf(compose, 'auth-gateway', { ...env, GATEWAY_SEALING_KEYS: '' })).toThrow(
      /GATEWAY_SEALING_KEYS/,
    );
  });

  it.each(services)('gives $app the settings it declares, no more and no less', async ({ app }) => {
    const compiled = file(`apps/${app}/dist/config.js`);
    if (!existsSync(compiled)) throw new Error(`${app} is not compiled; \`npm test\` does that first.`);
    const { config } = (await import(compiled.pathname)) as { config: ServiceConfig };
    expect(settingsProblems(app, config, compose, env)).toEqual([]);
  });
});
