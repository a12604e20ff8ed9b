import { itIsADirectory } from './directory.conformance.js';
import { InMemoryDirectory } from './in-memory.directory.js';
import { InMemoryLinks } from './in-memory.links.js';

describe('the directory in memory', () => {
  itIsADirectory(async () => {
    const directory = new InMemoryDirectory();
    return {
      directory,
      links: new InMemoryLinks(directory),
      addOrganization: async (organization) => {
        directory.organizations.set(organization.organizationId, organization);
      },
    };
  });
});
