import { aConnection, connectionId, idFor, organizationA, organizationB } from '../fixtures/connections.js';
import type { ConnectionReplica, Connections } from '../use-cases/connections.port.js';

export type ReplicaUnderTest = {
  connections: Connections;
  /** As a consumer's transaction. */
  write: (work: (replica: ConnectionReplica) => Promise<void>) => Promise<void>;
  /** Waits until a change has arrived where it is read. */
  eventually: (condition: () => Promise<boolean>) => Promise<unknown>;
};

const second = idFor('conn', 2);
const names = (found: readonly { displayName: string }[]) => found.map(({ displayName }) => displayName);
const credential = {
  ...{ credentialId: 'cred_1', kind: 'client-secret' as const, sealed: 'jwe', sealingKeyId: 'k', expiresAt: null },
};

/** Every reader of the replica must pass this; each test starts with an empty one. */
export function itReadsConnections(open: () => ReplicaUnderTest): void {
  it('finds a connection by its id, with its credentials still sealed', async () => {
    const { connections, write, eventually } = open();
    expect(await connections.find(connectionId)).toBeNull();
    await write((replica) => replica.keep(aConnection(), new Date(1)));
    await eventually(async () => (await connections.find(connectionId))?.credentials.length === 0);
    await write((replica) => replica.keepCredentials(connectionId, 1, [credential]));
    await eventually(async () => (await connections.find(connectionId))?.credentials[0]?.sealed === 'jwe');
    expect((await connections.find(connectionId))?.settings).toEqual(aConnection());
  });

  it('finds credentials that came before their connection', async () => {
    const { connections, write, eventually } = open();
    await write((replica) => replica.keepCredentials(connectionId, 1, [credential]));
    await write((replica) => replica.keep(aConnection(), new Date(1)));
    await eventually(async () => (await connections.find(connectionId))?.credentials.length === 1);
  });

  it('follows a domain to its connection, and to another when it moves, whichever news comes first', async () => {
    const { connections, write, eventually } = open();
    await write((replica) => replica.keep(aConnection(), new Date(1_000)));
    await eventually(async () => (await connections.ofDomain('contoso.example'))?.connectionId === connectionId);
    await write((replica) => replica.keep(aConnection({ connectionId: second, name: 'b' }), new Date(2_000)));
    await eventually(async () => (await connections.ofDomain('contoso.example'))?.connectionId === second);
    await write((replica) =>
      replica.keep(aConnection({ revision: 2, homeRealmDomains: ['x.example'] }), new Date(3_000)),
    );
    await eventually(async () => (await connections.ofDomain('x.example'))?.connectionId === connectionId);
    expect((await connections.ofDomain('contoso.example'))?.connectionId).toBe(second);
    expect(await connections.ofDomain('nobody.example')).toBeNull();
  });

  it('lists the organization’s buttons and the environment’s, and no other', async () => {
    const { connections, write, eventually } = open();
    const made = (number: number, displayName: string, change: object) =>
      aConnection({ connectionId: idFor('conn', number), displayName, homeRealmDomains: [], ...change });
    await write(async (replica) => {
      await replica.keep(made(1, 'Everybody', {}), new Date());
      await replica.keep(made(2, 'A', { organizationId: organizationA }), new Date());
      await replica.keep(made(3, 'B', { organizationId: organizationB }), new Date());
      await replica.keep(made(4, 'Draft', { state: 'draft' }), new Date());
      await replica.keep(made(5, 'By email', { homeRealmDomains: ['z.example'] }), new Date());
    });
    await eventually(async () => names(await connections.withButtons(organizationA)).join() === 'A,Everybody');
    expect(names(await connections.withButtons(null))).toEqual(['Everybody']);
    await write((replica) => replica.keep(made(1, 'Everybody', { revision: 2, state: 'disabled' }), new Date()));
    await eventually(async () => (await connections.withButtons(null)).length === 0);
    expect(names(await connections.withButtons(organizationA))).toEqual(['A']);
  });

  it('keeps the newer revision when an older one comes late', async () => {
    const { connections, write, eventually } = open();
    await write((replica) => replica.keep(aConnection({ revision: 5 }), new Date()));
    await write((replica) => replica.keep(aConnection({ revision: 4, state: 'disabled' }), new Date()));
    await eventually(async () => (await connections.find(connectionId))?.settings.revision === 5);
  });

  it('forgets a deleted connection with its domains and its credentials', async () => {
    const { connections, write, eventually } = open();
    await write((replica) => replica.keep(aConnection(), new Date()));
    await eventually(async () => (await connections.ofDomain('contoso.example')) !== null);
    await write(async (replica) => {
      await replica.forget(connectionId);
      await replica.forgetCredentials(connectionId);
    });
    await eventually(async () => (await connections.find(connectionId)) === null);
    expect(await connections.ofDomain('contoso.example')).toBeNull();
  });
}
