/** `up` is from the client to the server. */
export type Direction = 'up' | 'down';

/** What can go wrong on the way. Times in milliseconds. */
export type TcpFault =
  /** Every piece of data waits, in both directions. */
  | { kind: 'delay'; milliseconds: number }
  /** Data trickles, in both directions. */
  | { kind: 'slow'; bytesPerSecond: number }
  /** Half-open: what is sent vanishes, and nobody hears that the other side has gone. */
  | { kind: 'drop' }
  /** The connection is reset (RST), a new one as soon as it is made. */
  | { kind: 'reset' }
  /** Nobody listens; connections that are there live on. */
  | { kind: 'refuse' }
  /**
   * Once so many more bytes of one direction went through, the sender's connection is reset, and the receiver's ends.
   * `up` is from the client to the server.
   */
  | { kind: 'cut'; direction: Direction; after: number };
