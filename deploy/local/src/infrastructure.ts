import { join } from 'node:path';
import { type KafkaOptions, type RunningKafka, startKafka, startPostgres } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { type Environment, writeCaBundle } from './environment.js';
import type { LocalFile } from './local-file.js';
import { type DatabaseName, databases } from './parts.js';
import { PlainFailure } from './plain-failure.js';

export type Database = {
  urls: LocalFile['postgres'];
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on the same data and port. */
  start(): Promise<void>;
};

/** PostgreSQL in the data folder, with a database for each service and one for the embedded event log. */
export async function startDatabase(dataDir: string): Promise<Database> {
  const options = { dataDir: join(dataDir, 'postgres'), maxConnections: 200 };
  let server = await startPostgres(options);
  try {
    const urls: Partial<LocalFile['postgres']> = {};
    for (const [name, database] of Object.entries(databases)) {
      urls[name as DatabaseName] = await server.createDatabase(database);
    }
    return {
      urls: urls as LocalFile['postgres'],
      get pid() {
        return server.pid;
      },
      stop: () => server.stop(),
      kill: () => server.kill(),
      start: async () => {
        server = await startPostgres({ ...options, port: server.port });
      },
    };
  } catch (problem) {
    await server.stop();
    throw problem;
  }
}

/** A real Kafka with its data in the data folder; `own` takes one of our own though KAFKA_BROKERS names another. */
export async function startBroker(
  dataDir: string,
  options: KafkaOptions,
  says: (line: string) => void,
): Promise<RunningKafka> {
  const folder = join(dataDir, 'kafka');
  const kafka = await startKafka({ ...options, dataDir: folder, says: (line) => says(`    ${line.trim()}`) });
  if (kafka) return kafka;
  throw new PlainFailure('There is no Kafka to be had on this machine. Without --kafka the system runs all the same.');
}

export type Certificates = { folder: string; caFile: string; caPem: string; caBundle: string };

/** The test CA of this data folder, and one file with everything that is to be trusted. */
export async function prepareTls(dataDir: string, given: Environment): Promise<Certificates> {
  const folder = join(dataDir, 'tls');
  const { caPem, caFile = join(folder, 'ca.pem') } = await createCertificateAuthority({ folder });
  const caBundle = join(folder, 'bundle.pem');
  writeCaBundle(caBundle, caPem, given['NODE_EXTRA_CA_CERTS']);
  return { folder, caFile, caPem, caBundle };
}
