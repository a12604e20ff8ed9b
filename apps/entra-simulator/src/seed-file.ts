import { readFile } from 'node:fs/promises';
import { putApp } from './control/apps.js';
import { Problem } from './control/problem.js';
import { SeedFile } from './control/schemas.js';
import { putTenant } from './control/tenants.js';
import { putUser } from './control/users.js';
import { Directory, type DirectoryContent } from './directory/directory.js';

/**
 * The content with a JSON file's tenants, users and apps put on top, in the shapes of the control API.
 * @throws an Error that names the file and the first field that is wrong
 */
export async function addSeedFile(content: DirectoryContent, file: string): Promise<DirectoryContent> {
  try {
    const { tenants = [], users = [], apps = [] } = SeedFile.parse(JSON.parse(await readFile(file, 'utf8')));
    const directory = new Directory(content);
    tenants.forEach((tenant) => putTenant(tenant, directory));
    users.forEach((user) => putUser(user, directory));
    apps.forEach((app) => putApp(app, directory));
    return directory.content();
  } catch (error) {
    const says = error instanceof Problem ? `${error.findings[0]?.field}: ${error.message}` : String(error);
    throw new Error(`The seed file ${file} cannot be used. ${says}`, { cause: error });
  }
}
