import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCertificateAuthority } from '@homerealm/testing/tls';

/** Gravatar, as far as whoever asks whether somebody has a picture can tell. */
export class Avatars {
  private readonly pictures = new Set<string>();
  private readonly folder = mkdtempSync(join(tmpdir(), 'homerealm-avatars-'));

  private constructor(private readonly server: Server) {
    server.on('request', ({ url = '' }, response) => {
      const [path = ''] = url.split('?');
      response.writeHead(this.pictures.has(path) ? 200 : 404).end();
    });
  }

  static async start(): Promise<Avatars> {
    const ca = await createCertificateAuthority();
    const { certPem, keyPem } = await ca.issue(['localhost']);
    const avatars = new Avatars(createServer({ cert: certPem, key: keyPem }));
    writeFileSync(avatars.caFile, ca.caPem);
    await new Promise<void>((listening) => avatars.server.listen(0, '127.0.0.1', listening));
    return avatars;
  }

  /** What an operator sets who looks for pictures here. */
  get settings(): Record<string, string> {
    return { GRAVATAR_URL: this.origin, NODE_EXTRA_CA_CERTS: this.caFile };
  }

  /** Keeps a picture of this address; answers where. */
  keep(email: string): string {
    const path = `/avatar/${createHash('sha256').update(email.toLowerCase()).digest('hex')}`;
    this.pictures.add(path);
    return `${this.origin}${path}`;
  }

  async stop(): Promise<void> {
    await new Promise((closed) => {
      this.server.close(closed);
      this.server.closeAllConnections();
    });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get caFile(): string {
    return join(this.folder, 'ca.pem');
  }

  private get origin(): string {
    return `https://localhost:${(this.server.address() as AddressInfo).port}`;
  }
}
