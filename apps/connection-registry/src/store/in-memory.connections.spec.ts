import { itIsAStoreOfConnections } from './connections.conformance.js';
import { InMemoryConnections } from './in-memory.connections.js';

describe('InMemoryConnections', () => {
  itIsAStoreOfConnections(async () => new InMemoryConnections());
});
