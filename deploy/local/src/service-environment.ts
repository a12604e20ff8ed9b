import { type Environment, mergeAuthorities } from './environment.js';
import type { LocalFile } from './local-file.js';
import { type PartName, portOf, type ServiceName, type Urls } from './parts.js';
import type { Secrets } from './secrets.js';
import { socialIssuersAt } from './seed/ensure-social-connections.js';

/** What the environments of the parts are made from. */
export type Setting = {
  /** The environment `npm start` was called with; passed on. */
  given: Environment;
  portBase: number;
  urls: Urls;
  postgres: LocalFile['postgres'];
  kafka: { brokers: string[] } | null;
  mailbox: { smtpUrl: string };
  secrets: Secrets;
  /** Our test CA and those of the environment, in one file. */
  caBundle: string;
  /** Where our test CA is kept; the simulator takes its certificate from it. */
  tlsFolder: string;
};

/** The environment of one of the four services. */
export function serviceEnvironment(part: ServiceName, setting: Setting) {
  const { given, secrets, urls } = setting;
  return {
    // Here everybody comes from one address, scripts and tests too.
    ...{ SIGN_IN_LIMIT_PER_ADDRESS: '600', CODES_PER_NETWORK: '600', CODE_TRIES_PER_NETWORK: '600' },
    // Nothing leaves this machine unless it is asked to.
    ...{ MAIL_SMTP_URL: setting.mailbox.smtpUrl, SMS_PROVIDER: 'console', SMS_CONSOLE_SHOWS_TEXT: 'yes' },
    GRAVATAR_URL: 'off',
    ...given,
    ...address(part, setting),
    ISSUER: urls.gateway,
    GATEWAY_URL: urls.gateway,
    DIRECTORY_URL: urls.directory,
    DATABASE_URL: setting.postgres[part],
    ...eventLog(setting),
    SEALING_KEYS: secrets.sealingKeys,
    ...{ SOCIAL_ISSUERS: given['SOCIAL_ISSUERS'] ?? socialIssuersAt(urls.simulator) },
    UPSTREAM_PRIVATE_ORIGINS: mergeOrigins(urls.simulator, given['UPSTREAM_PRIVATE_ORIGINS']),
    ENTRA_AUTHORITIES: mergeAuthorities(urls.simulator, given['ENTRA_AUTHORITIES']),
    NODE_EXTRA_CA_CERTS: setting.caBundle,
    ...(part === 'gateway' && {
      REGISTRY_URL: urls.registry,
      BOOTSTRAP_ADMIN_CLIENT_ID: secrets.admin.clientId,
      BOOTSTRAP_ADMIN_CLIENT_SECRET: secrets.admin.clientSecret,
    }),
  };
}

const mergeOrigins = (ours: string, given: string | undefined): string => (given ? `${ours},${given}` : ours);

export function demoAppEnvironment(application: LocalFile['demoApplication'], setting: Setting): Environment {
  return {
    ...setting.given,
    ...address('demoApp', setting),
    ISSUER: setting.urls.gateway,
    BASE_URL: setting.urls.demoApp,
    CLIENT_ID: application.clientId,
    CLIENT_SECRET: application.clientSecret,
    ...eventLog(setting),
  };
}

export function simulatorEnvironment(setting: Setting): Environment {
  const { HOST, PORT } = address('simulator', setting);
  const own = { SIMULATOR_HOST: HOST, SIMULATOR_PORT: PORT, SIMULATOR_TLS_FOLDER: setting.tlsFolder };
  return { ...setting.given, ...own, SIMULATOR_ORIGIN: setting.urls.simulator };
}

const address = (part: PartName, { portBase }: Setting) => ({
  HOST: '127.0.0.1',
  PORT: String(portOf(part, portBase)),
});

function eventLog({ kafka, postgres }: Setting): Environment {
  if (kafka) {
    const copies = kafka.brokers.length > 1 ? { KAFKA_REPLICATION: String(kafka.brokers.length) } : {};
    return { EVENT_LOG: 'kafka', KAFKA_BROKERS: kafka.brokers.join(','), ...copies, EVENT_LOG_DATABASE_URL: undefined };
  }
  return { EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: postgres.eventLog, KAFKA_BROKERS: undefined };
}
