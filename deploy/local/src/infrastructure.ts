import { join } from 'node:path';
import { type RunningKafka, type RunningPostgres, startKafka, startPostgres } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';
import { type Environment, writeCaBundle } from './environment.js';
import type { LocalFile } from './local-file.js';
import { type DatabaseName, databases } from './parts.js';
import { PlainFailure } from './plain-failure.js';

export type Database = { server: RunningPostgres; urls: LocalFile['postgres'] };

/** PostgreSQL in the data folder, with a database for each service and one for the embedded event log. */
export async function startDatabase(dataDir: string): Promise<Database> {
  const server = await startPostgres({ dataDir: join(dataDir, 'postgres'), maxConnections: 200 });
  try {
    const urls: Partial<LocalFile['postgres']> = {};
    for (const [name, database] of Object.entries(databases)) {
      urls[name as DatabaseName] = await server.createDatabase(database);
    }
    return { server, urls: urls as LocalFile['postgres'] };
  } catch (problem) {
    await server.stop();
    throw problem;
  }
}

/** A real Kafka with its data in the data folder; `own` takes one of our own though KAFKA_BROKERS names another. */
export async function startBroker(dataDir: string, own: boolean, says: (line: string) => void): Promise<RunningKafka> {
  const kafka = await startKafka({ dataDir: join(dataDir, 'kafka'), own, says: (line) => says(`    ${line.trim()}`) });
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
