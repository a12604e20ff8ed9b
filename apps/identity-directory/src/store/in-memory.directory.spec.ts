import { itIsADirectory } from './directory.conformance.js';
import { InMemoryDirectory } from './in-memory.directory.js';

describe('the directory in memory', () => {
  itIsADirectory(async () => {
    const directory = new InMemoryDirectory();
    return {
      directory,
      addOrganization: async (organization) => {
        directory.organizations.set(organization.organizationId, organization);
      },
    };
  });
});
