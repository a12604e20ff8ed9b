import { createPublicKey, sign, verify } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type PublishedKey, SigningKeys, type SigningAlgorithm, TokenSigner } from '../use-cases/token-signer.port.js';
import { type SigningKey, SigningKeyTable } from './signing-keys.js';

/** How soon an instance hears of a rotation by another one. A next key is published much longer than this before it signs. */
const reloadMs = 30_000;
/** A retired key is published as long as the longest-lived token; a day more than the longest sensible one. */
const keepRetiredSeconds = 8 * 24 * 3_600;

type HeldKey = SigningKey & PublishedKey;

/** Signs and verifies with the keys of the database, held in memory. Signing through node:crypto: no round trip to a thread pool. */
@Injectable()
export class KeyRing extends TokenSigner implements SigningKeys, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(KeyRing.name);
  private readonly listeners: (() => void)[] = [];
  private held: readonly HeldKey[] = [];
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly table: SigningKeyTable) {
    super();
  }

  /** Awaited before anything else uses the keys: see the provider of this class in the module. */
  async load(): Promise<this> {
    const keys = await this.table.load();
    const changed = fingerprint(keys) !== fingerprint(this.held);
    if (changed) {
      this.held = keys.map((key) => ({ ...key, publicKey: createPublicKey(key.privateKey) }));
      for (const listener of this.listeners) listener();
    }
    return this;
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.refresh(), reloadMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  keys(): readonly PublishedKey[] {
    return this.held.map(({ kid, alg, state, publicJwk, publicKey }) => ({ kid, alg, state, publicJwk, publicKey }));
  }

  sign(kid: string, data: Uint8Array): Buffer {
    const key = this.held.find((candidate) => candidate.kid === kid);
    if (key === undefined) throw new Error('the signing key is not held any more');
    return sign('sha256', data, { key: key.privateKey, dsaEncoding: 'ieee-p1363' });
  }

  jwt(typ: string, payload: Record<string, unknown>, alg: SigningAlgorithm = 'ES256'): string {
    const { kid } = this.current(alg);
    const data = `${encode({ alg, typ, kid })}.${encode(payload)}`;
    return `${data}.${this.sign(kid, Buffer.from(data)).toString('base64url')}`;
  }

  read(jwt: string, typ: string, nowSeconds: number): Record<string, unknown> | undefined {
    const parts = jwt.split('.');
    const [head = '', body = '', signature = ''] = parts;
    const header = decode(head);
    const key = this.held.find(({ kid }) => kid === header?.['kid']);
    // The algorithm is the key's, never the header's: no key confusion, no "none".
    if (parts.length !== 3 || !key || header?.['alg'] !== key.alg || header['typ'] !== typ) return undefined;
    const signed = { key: key.publicKey, dsaEncoding: 'ieee-p1363' } as const;
    if (!verify('sha256', Buffer.from(`${head}.${body}`), signed, Buffer.from(signature, 'base64url')))
      return undefined;
    const payload = decode(body);
    const { exp } = payload ?? {};
    return typeof exp === 'number' && exp > nowSeconds ? payload : undefined;
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  async rotate(alg: SigningAlgorithm): Promise<void> {
    await this.table.rotate(alg);
    await this.load();
  }

  private async refresh(): Promise<void> {
    try {
      await this.table.forget(keepRetiredSeconds);
      await this.load();
    } catch (error) {
      this.logger.warn(`signing keys were not read again: ${String(error)}`);
    }
  }

  private current(alg: SigningAlgorithm): HeldKey {
    const key = this.held.find((candidate) => candidate.alg === alg && candidate.state === 'current');
    if (key === undefined) throw new Error(`there is no current ${alg} key`);
    return key;
  }
}

const fingerprint = (keys: readonly SigningKey[]): string => keys.map(({ kid, state }) => `${kid} ${state}`).join();

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function decode(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
