import type { Consumer } from 'kafkajs';
import type { SubscribeOptions } from '../core/event-log.port.js';

export type WatchOptions = {
  /** Without a sign for so long the member counts as down, until the next one; milliseconds. */
  quiet: number;
  /** Without a heartbeat for so long, or without a fetch when it has nothing to do, it counts as dead. */
  silence: number;
  isWorking: () => boolean;
  onState: NonNullable<SubscribeOptions['onState']>;
};

/** Tells a member that works from one that hangs: the client is known to stop fetching without an error. */
export class Watch {
  private timer: NodeJS.Timeout | undefined;
  private lastBeat = Date.now();
  private lastFetch = Date.now();
  private state: 'joining' | 'up' | 'down' | 'dead' = 'joining';
  private unlisten: (() => void)[] = [];

  constructor(
    private readonly consumer: Consumer,
    private readonly options: WatchOptions,
  ) {}

  get lastSign(): number {
    return Math.max(this.lastBeat, this.lastFetch);
  }

  start(): void {
    const { consumer, options } = this;
    const { events } = consumer;
    this.unlisten = [
      consumer.on(events.GROUP_JOIN, () => {
        this.lastBeat = Date.now();
        this.enter('up');
      }),
      consumer.on(events.HEARTBEAT, () => {
        this.lastBeat = Date.now();
        if (this.state === 'down') this.enter('up');
      }),
      consumer.on(events.FETCH, () => (this.lastFetch = Date.now())),
      consumer.on(events.CRASH, ({ payload }) => this.enter(payload.restart ? 'down' : 'dead', payload.error)),
    ];
    this.timer = setInterval(() => this.look(), Math.min(1000, options.silence / 4));
    this.timer.unref();
  }

  /** A partition in hand is not fetched, so the time it took says nothing. */
  workEnded(): void {
    this.lastFetch = Date.now();
  }

  stop(): void {
    clearInterval(this.timer);
    for (const unlisten of this.unlisten) unlisten();
  }

  private look(): void {
    const { quiet, silence, isWorking } = this.options;
    const now = Date.now();
    if (now - this.lastBeat > silence) this.enter('dead', new Error('no heartbeat was answered for too long'));
    else if (!isWorking() && now - this.lastFetch > silence) this.enter('dead', new Error('no fetch for too long'));
    else if (this.state === 'up' && now - this.lastSign > quiet) this.enter('down', new Error('no word from the log'));
  }

  private enter(state: 'up' | 'down' | 'dead', error?: unknown): void {
    if (this.state === 'dead' || (state === this.state && state !== 'up')) return;
    this.state = state;
    this.options.onState(state, error);
  }
}
