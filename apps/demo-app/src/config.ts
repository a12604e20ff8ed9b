/** Settings of the demo app; it reads them from the environment as any application would. */
export type Settings = {
  port: number;
  host: string;
  baseUrl: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  eventLog: { kind: 'kafka'; brokers: string[] } | { kind: 'postgres-log'; url: string } | { kind: 'none' };
};

/** @throws Error naming every setting that is missing */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const missing = ['ISSUER', 'CLIENT_ID', 'CLIENT_SECRET'].filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`The demo app needs these settings: ${missing.join(', ')}`);
  const port = Number(env['PORT'] ?? 4600);
  return {
    port,
    host: env['HOST'] ?? '127.0.0.1',
    baseUrl: (env['BASE_URL'] ?? `http://localhost:${port}`).replace(/\/$/, ''),
    issuer: env['ISSUER'] ?? '',
    clientId: env['CLIENT_ID'] ?? '',
    clientSecret: env['CLIENT_SECRET'] ?? '',
    eventLog: eventLogOf(env),
  };
}

function eventLogOf(env: Record<string, string | undefined>): Settings['eventLog'] {
  if (env['EVENT_LOG'] === 'postgres-log' && env['EVENT_LOG_DATABASE_URL']) {
    return { kind: 'postgres-log', url: env['EVENT_LOG_DATABASE_URL'] };
  }
  if (env['KAFKA_BROKERS']) return { kind: 'kafka', brokers: env['KAFKA_BROKERS'].split(',') };
  return { kind: 'none' };
}
