import net from 'node:net';
import tls from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

const keepAlive = 10_000;
/** No answer takes longer: the slowest is that of a member who waits for the others of its group to join. */
export const patience = 13_000;

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
    const stopWatching = destroyWhenUnanswered(socket);
    socket.once('close', () => {
      stopWatching();
      this.alive.delete(socket);
    });
    return socket;
  };

  /** Closes what is left open, after a farewell. */
  close(): void {
    this.isCut = true;
    for (const socket of this.alive) socket.destroy();
  }

  /**
   * Throws away what is not sent yet, and lets nothing be sent any more. Not for a socket that has said farewell: Node
   * would wait for the end of that for ever, in a loop, when the process ends by itself (seen with 20.20).
   */
  cut(): void {
    this.isCut = true;
    for (const socket of this.alive) {
      if (socket.connecting || socket.writableEnded) socket.destroy();
      else socket.resetAndDestroy();
    }
  }
}

/** A connection that is cut half-way lives on for the system, and the client would ask on it again and again. */
function destroyWhenUnanswered(socket: net.Socket): () => void {
  let [written, read, askedAt] = [0, 0, 0];
  const look = () => {
    const isAnswered = socket.bytesRead !== read || (socket.bytesWritten === written && askedAt === 0);
    if (isAnswered) askedAt = 0;
    else if (askedAt === 0) askedAt = Date.now();
    else if (Date.now() - askedAt > patience) socket.destroy(new Error('the broker does not answer'));
    [written, read] = [socket.bytesWritten, socket.bytesRead];
  };
  const timer = setInterval(look, 1000);
  timer.unref();
  return () => clearInterval(timer);
}
