import { backoff, pause } from '../core/backoff.js';
import type { EventLog, SubscribeOptions, Subscription } from '../core/event-log.port.js';
import { fingerprint, type Says } from '../core/log.js';
import type { GroupState } from '../core/consumer-group.js';

export type MembershipOptions = {
  log: EventLog;
  says: Says;
  /** Called before the group is joined, again after every failure. */
  prepare: (signal: AbortSignal) => Promise<void>;
  subscribe: Omit<SubscribeOptions, 'onState'>;
  onFatal: (error: unknown) => void;
};

/** A place in a consumer group that is taken again when it was lost. */
export class Membership {
  private readonly stopping = new AbortController();
  private joining: Promise<void>;
  private subscription: Subscription | undefined;
  private lastDeath = -Infinity;
  state: GroupState = 'joining';

  constructor(private readonly options: MembershipOptions) {
    this.joining = this.join();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.joining;
    await this.subscription?.close();
    this.state = 'down';
  }

  private async join(): Promise<void> {
    const { log, says, prepare, subscribe } = this.options;
    const { signal } = this.stopping;
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await prepare(signal);
        if (signal.aborted) return;
        this.subscription = await log.subscribe({ ...subscribe, onState: (state, error) => this.hear(state, error) });
        return;
      } catch (error) {
        if (tries === 0) says.warn(`Cannot join the event log yet: ${fingerprint(error)}`);
        await pause(backoff(tries, 200, 2000), signal);
      }
    }
  }

  private hear(state: 'up' | 'down' | 'dead', error: unknown): void {
    if (this.stopping.signal.aborted) return;
    const entered = state === 'up' ? 'up' : 'down';
    if (entered !== this.state) {
      if (entered === 'up') this.options.says.info('Receiving events.');
      else this.options.says.warn(`Receiving no events: ${fingerprint(error)}`);
    }
    this.state = entered;
    if (state === 'dead') this.rejoin(error);
  }

  private rejoin(error: unknown): void {
    const isAgain = Date.now() - this.lastDeath < 60_000;
    this.lastDeath = Date.now();
    if (isAgain) return this.options.onFatal(error);
    const dead = this.subscription;
    this.subscription = undefined;
    this.joining = (dead?.close() ?? Promise.resolve()).then(() => this.join());
  }
}
