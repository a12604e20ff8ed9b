import { itIsAStoreOfConnections } from './connections.conformance.js';
import { InMemoryConnections } from './in-memory.connections.js';
import { InMemoryTenantRequests } from './in-memory.tenant-requests.js';
import { InMemoryTestRuns } from './in-memory.test-runs.js';
import { itIsAStoreOfTestRunsAndTenants } from './test-runs.conformance.js';

describe('InMemoryConnections', () => itIsAStoreOfConnections(async () => new InMemoryConnections()));

describe('InMemoryTestRuns and InMemoryTenantRequests', () =>
  itIsAStoreOfTestRunsAndTenants(async () => {
    const connections = new InMemoryConnections();
    const [testRuns, tenantRequests] = [new InMemoryTestRuns(connections), new InMemoryTenantRequests(connections)];
    return { connections, testRuns, tenantRequests };
  }));
