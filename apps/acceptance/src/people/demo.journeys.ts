import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { World } from './world.js';

const entry = new URL('../../../../deploy/local/dist/demo/main.js', import.meta.url);
const program = `import { runDemo } from '${entry.href}'; process.exitCode = await runDemo(process.argv.slice(1));`;

/** What a newcomer sees on the terminal. */
export function demonstrations(world: () => World): void {
  async function demo(...args: string[]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, '--', ...args]);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [out, mistakes, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { out, mistakes, code };
  }

  /** Of the users and connections that were spoken of, those that were not deleted. */
  async function stillThere(out: string) {
    const { urls } = world().system;
    const found = (kind: string) => [...new Set(out.match(new RegExp(`\\b${kind}_[0-9a-z]{26}`, 'g')))];
    const [users, connections] = [found('user'), found('conn')];
    expect([users.length, connections.length]).toEqual([7, 2]);
    const addresses = [
      ...users.map((userId) => `${urls.directory}/users/${userId}`),
      ...connections.map((connectionId) => `${urls.registry}/connections/${connectionId}`),
    ];
    const answers = await Promise.all(addresses.map((url) => world().management.call('GET', url)));
    return addresses.filter((_, index) => answers[index]?.status !== 404);
  }

  /** What was printed about each journey. */
  const chapters = (out: string) =>
    new Map(out.split('\n── ').map((chapter) => [chapter.split(':')[0] ?? '', chapter.replaceAll(/ +/g, ' ')]));

  it('every journey comes to what it is there to show, and nothing of it stays', async () => {
    const { system } = world();
    writeFileSync(join(system.dataDir, 'local.json'), JSON.stringify(system.localFile()), { mode: 0o600 });
    const { out, mistakes, code } = await demo('all', '--data', system.dataDir);
    expect({ mistakes, code }).toEqual({ mistakes: '', code: 0 });
    const told = chapters(out);
    expect(told.get('email')).toMatch(/identities email \S+ \(verified, primary\)[^]*code\.right[^]*UserCreated/);
    expect(told.get('google')).toMatch(/ext_provider google[^]*✓ email\.proven[^]*same user\? yes/);
    expect(told.get('linkedin')).toMatch(
      /same user\? no[^]*identities social[^]*email_verified false[^]*✗ email\.proven/,
    );
    expect(told.get('imported')).toMatch(/same user\? yes[^]*✓ identity\.pending[^]*GroupsSynced/);
    expect(told.get('second-company')).toMatch(
      /refused, upstream\.tenant-not-allowed[^]*TenantRequested[^]*TenantDecided[^]*signed-in[^]*UserSignedIn/,
    );
    expect(told.get('failed')).toMatch(
      /refused, upstream\.credentials-refused[^]*why [^]*AADSTS7000215[^]*SignInRefused[^]*signed-in/,
    );
    expect(await stillThere(out)).toEqual([]);
  }, 60_000);

  it('a journey that does not exist is a mistake, and those that do are told', async () => {
    const { mistakes, code } = await demo('nobody');
    expect(code).toBe(2);
    for (const name of ['email', 'google', 'linkedin', 'imported', 'second-company', 'failed', 'all'])
      expect(mistakes).toContain(`npm run demo -- ${name}`);
  }, 30_000);
}
