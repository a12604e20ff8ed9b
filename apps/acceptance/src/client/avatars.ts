import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeServer, listenOnLoopback } from '@homerealm/testing';
import { createCertificateAuthority } from '@homerealm/testing/tls';

const caFile = 'ca.pem';

/** Gravatar, as far as whoever asks whether somebody has a picture can tell. */
export class Avatars {
  private readonly pictures = new Set<string>();

  private constructor(
    private readonly server: Server,
    private readonly origin: string,
    private readonly folder: string,
  ) {
    server.on('request', ({ url = '' }, response) => {
      const [path = ''] = url.split('?');
      response.writeHead(this.pictures.has(path) ? 200 : 404).end();
    });
  }

  static async start(): Promise<Avatars> {
    const ca = await createCertificateAuthority();
    const { certPem, keyPem } = await ca.issue(['localhost']);
    const folder = mkdtempSync(join(tmpdir(), 'homerealm-avatars-'));
    writeFileSync(join(folder, caFile), ca.caPem);
    const server = createServer({ cert: certPem, key: keyPem });
    return new Avatars(server, `https://localhost:${await listenOnLoopback(server)}`, folder);
  }

  /** What an operator sets who looks for pictures here. */
  get settings(): Record<string, string> {
    return { GRAVATAR_URL: this.origin, NODE_EXTRA_CA_CERTS: join(this.folder, caFile) };
  }

  /** Keeps a picture of this address; answers where. */
  keep(email: string): string {
    const path = `/avatar/${createHash('sha256').update(email.toLowerCase()).digest('hex')}`;
    this.pictures.add(path);
    return `${this.origin}${path}`;
  }

  async stop(): Promise<void> {
    await closeServer(this.server);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
