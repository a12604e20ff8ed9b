import { backoff, pause } from './backoff.js';
import type { EventLog, SubscribeOptions, Subscription } from './event-log.port.js';
import { fingerprint, type Says } from './log.js';

export type GroupState = 'idle' | 'joining' | 'up' | 'down';

export type MembershipOptions = {
  log: EventLog;
  says: Says;
  /** Called before the group is joined, again after every failure. */
  prepare: (signal: AbortSignal) => Promise<void>;
  subscribe: Omit<SubscribeOptions, 'onState'>;
  /** Called when the member died twice within a minute: end the process, so that a fresh one takes over. */
  onFatal: (error: unknown) => void;
  /** Called each time the state changes. */
  onState?: (state: GroupState) => void;
  /** Called each time the group was joined. */
  onJoined?: () => void;
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
    this.subscription = undefined;
    this.enter('down');
  }

  /** When the log was last heard of; undefined while there is no subscription. */
  get lastSign(): number | undefined {
    return this.subscription?.lastSign;
  }

  private async join(): Promise<void> {
    const { log, says, prepare, subscribe, onJoined } = this.options;
    const { signal } = this.stopping;
    for (let tries = 0; !signal.aborted; tries++) {
      try {
        await prepare(signal);
        if (signal.aborted) return;
        this.subscription = await log.subscribe({ ...subscribe, onState: (state, error) => this.hear(state, error) });
        onJoined?.();
        return;
      } catch (error) {
        if (tries === 0) says.warn(`Cannot join the event log yet: ${fingerprint(error)}`);
        await pause(backoff(tries, 200, 2000), signal);
      }
    }
  }

  private hear(state: 'up' | 'down' | 'dead', error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.enter(state === 'up' ? 'up' : 'down', error);
    if (state === 'dead') this.rejoin(error);
  }

  private enter(state: GroupState, error?: unknown): void {
    if (state === this.state) return;
    const { says, onState } = this.options;
    if (state === 'up') says.info('Receiving events.');
    if (state === 'down' && !this.stopping.signal.aborted) says.warn(`Receiving no events: ${fingerprint(error)}`);
    this.state = state;
    onState?.(state);
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
