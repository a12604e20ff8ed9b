import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAlive = 10_000;

/** The connections of one client, so that they can be cut: the client itself waits for answers, or connects again. */
export class Sockets {
  private readonly alive = new Set<net.Socket>();
  private isCut = false;

  readonly open: ISocketFactory = ({ host, port, ssl, onConnect }) => {
    if (this.isCut) throw new Error('this client was cut off');
    const name = net.isIP(host) ? {} : { servername: host };
    const socket = ssl
      ? tls.connect({ host, port, ...name, ...ssl }, onConnect)
      : net.connect({ host, port }, onConnect);
    socket.setNoDelay(true);
    socket.setKeepAlive(true, keepAlive);
    this.alive.add(socket);
    socket.once('close', () => this.alive.delete(socket));
    return socket;
  };

  /** Throws away what is not sent yet, and lets nothing be sent any more. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.alive) socket.resetAndDestroy();
  }
}
