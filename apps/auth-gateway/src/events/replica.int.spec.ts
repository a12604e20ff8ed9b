import { connectionCredentialsTopic, connectionStateTopic, policyStateTopic } from '@homerealm/contracts';
import {
  Database,
  event,
  openDataSource,
  openEventLog,
  Outbox,
  type OutgoingEvent,
  Relay,
  tombstone,
} from '@homerealm/events';
import { createDatabase, eventually } from '@homerealm/testing';
import { aConnection, connectionId } from '../fixtures/connections.js';
import { SmallDirectory, startSignIn, type Under } from '../fixtures/sign-in-under-test.js';
import { SmallUpstream } from '../fixtures/small-upstream.js';
import { Connections } from '../use-cases/connections.port.js';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const registry = { service: 'connection-registry', poolSize: 3, entities: [], migrations: [] };

describe('the replica of connections', () => {
  let upstream: SmallUpstream;
  let under: Under;
  let database: Database;
  let relay: Relay;
  const directory = new SmallDirectory();
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    upstream = await SmallUpstream.start();
    await directory.start();
    under = await startSignIn(upstream, directory.url);
    const url = await createDatabase('registry');
    database = new Database(await openDataSource({ ...registry, url }));
    const log = openEventLog({ EVENT_LOG: 'postgres-log', EVENT_LOG_DATABASE_URL: under.logDatabaseUrl });
    const topics = [connectionStateTopic, connectionCredentialsTopic, policyStateTopic];
    const prepare = () => log.ensureTopics(topics);
    relay = new Relay({ service: registry.service, says: quiet, log, databaseUrl: url, prepare });
    relay.start();
    closers.push(
      () => relay.close(),
      () => log.close(),
      () => database.dataSource.destroy(),
    );
  });
  afterAll(async () => {
    for (const close of closers) await close();
    await under?.service.close();
    await directory.close();
    await upstream?.close();
  });

  const publish = (...events: OutgoingEvent[]) =>
    database.transaction(() => new Outbox(database, registry.service).append(...events));
  const find = () => under.service.app.get(Connections).find(connectionId);

  it('follows what the registry says: settings, credentials, changes, deletion', async () => {
    const credential = {
      credentialId: 'c',
      kind: 'client-secret' as const,
      sealed: 'jwe',
      sealingKeyId: 'k',
      expiresAt: null,
    };
    await publish(
      event(connectionStateTopic, 'ConnectionState', connectionId, aConnection()),
      event(connectionCredentialsTopic, 'ConnectionCredentials', connectionId, {
        ...{ connectionId: aConnection().connectionId, revision: 1, credentials: [credential] },
      }),
      event(policyStateTopic, 'PolicyState', 'environment', { revision: 1, syncProfiles: false }),
    );
    await eventually(async () => (await find())?.credentials[0]?.sealed === 'jwe');
    await publish(
      event(connectionStateTopic, 'ConnectionState', connectionId, aConnection({ revision: 2, state: 'disabled' })),
    );
    await eventually(async () => (await find())?.settings.state === 'disabled');
    await publish(tombstone(connectionStateTopic, connectionId), tombstone(connectionCredentialsTopic, connectionId));
    await eventually(async () => (await find()) === null);
    const count = 'SELECT count(*)::integer AS count FROM';
    await eventually(async () => {
      const rows = (await under.database.manager.query(`${count} connection_credentials_replica`)) as {
        count: number;
      }[];
      return rows[0]?.count === 0;
    });
    const policies = await eventually(async () => {
      const rows = (await under.database.manager.query('SELECT policies FROM policy_replica')) as {
        policies: object;
      }[];
      return rows[0]?.policies;
    });
    expect(policies).toEqual({ revision: 1, syncProfiles: false });
  });
});
