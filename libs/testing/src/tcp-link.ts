import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Direction, TcpFault } from './tcp-fault.js';

/** One connection through the proxy: two sockets, and the fault it suffers from. */
export class TcpLink {
  private readonly server: Socket;
  private fault: TcpFault | undefined;
  private passed: Record<Direction, number> = { up: 0, down: 0 };
  private lostBytes = false;
  private ended = false;

  constructor(
    private readonly client: Socket,
    to: { host: string; port: number },
    private readonly onEnd: () => void,
  ) {
    this.server = connect({ ...to, allowHalfOpen: true, noDelay: true });
    this.pump(client, this.server, 'up');
    this.pump(this.server, client, 'down');
  }

  suffer(fault: TcpFault): void {
    if (fault.kind === 'refuse') return;
    this.fault = fault;
    this.passed = { up: 0, down: 0 };
    if (fault.kind === 'reset') this.reset();
  }

  heal(): void {
    this.fault = undefined;
    if (this.lostBytes) this.reset();
  }

  /** Both ends see the connection reset. */
  reset(): void {
    if (this.ended) return;
    this.ended = true;
    this.client.resetAndDestroy();
    // A socket that has not connected yet has nobody to tell.
    if (this.server.connecting) this.server.destroy();
    else this.server.resetAndDestroy();
    this.onEnd();
  }

  private pump(from: Socket, to: Socket, direction: Direction): void {
    from.on('data', (data: Buffer) => {
      from.pause();
      void this.carry(data, to, direction).finally(() => from.resume());
    });
    from.on('end', () => (this.fault?.kind === 'drop' ? (this.lostBytes = true) : to.end()));
    from.on('error', () => this.lose());
    from.on('close', () => {
      if (this.client.destroyed && this.server.destroyed) this.finish();
      else if (from.errored) this.lose();
    });
  }

  /** A side is gone; the other hears of it, unless news are dropped too. */
  private lose(): void {
    if (this.fault?.kind === 'drop') this.lostBytes = true;
    else this.reset();
  }

  private finish(): void {
    if (this.ended) return;
    this.ended = true;
    this.onEnd();
  }

  /** The receiver still gets its bytes and then the end; a reset could overtake them. */
  private cut(to: Socket, last: Buffer): void {
    if (this.ended) return;
    this.ended = true;
    to.end(last, () => to.destroy());
    (to === this.client ? this.server : this.client).resetAndDestroy();
    this.onEnd();
  }

  private async carry(data: Buffer, to: Socket, direction: Direction): Promise<void> {
    const { fault } = this;
    if (fault?.kind === 'delay') await pause(fault.milliseconds);
    if (fault?.kind === 'slow') await pause((data.length * 1000) / fault.bytesPerSecond);
    if (this.ended) return;
    // A fault that came while the data waited is for it too.
    if (this.fault?.kind === 'drop') {
      this.lostBytes = true;
      return;
    }
    if (this.fault?.kind === 'cut' && this.fault.direction === direction) {
      const left = Math.max(0, this.fault.after - this.passed[direction]);
      if (data.length >= left) {
        this.cut(to, data.subarray(0, left));
        return;
      }
    }
    this.passed[direction] += data.length;
    await write(to, data);
  }
}

async function write(to: Socket, data: Buffer): Promise<void> {
  if (to.destroyed || to.write(data)) return;
  await Promise.race([once(to, 'drain'), once(to, 'close')]).catch(() => {});
}

/** Does not keep the process alive. */
const pause = (milliseconds: number): Promise<void> =>
  new Promise((resume) => {
    setTimeout(resume, milliseconds).unref();
  });
