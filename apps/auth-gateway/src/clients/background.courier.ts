import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Counter, register } from 'prom-client';
import { type CodeMessage, mailOf, smsOf } from '../domain/own-sign-in/code-message.js';
import { type Channel, Courier } from '../use-cases/codes/courier.port.js';
import { type Mailer, Undeliverable } from '../use-cases/codes/mailer.port.js';
import type { SmsSender } from '../use-cases/codes/sms-sender.port.js';

export type CourierOptions = {
  mailer: Mailer | null;
  smsSender: SmsSender | null;
  /** How long to wait before each further try, in milliseconds. */
  retryAfter?: readonly number[];
};

/** Beyond it a message is dropped: the person asks for another, and this process lives. */
const mostAtOnce = 1_000;

const deliveries =
  (register.getSingleMetric('homerealm_code_deliveries_total') as Counter<'channel' | 'outcome'> | undefined) ??
  new Counter({
    name: 'homerealm_code_deliveries_total',
    help: 'One-time codes by way and outcome: sent, nobody (no account has what was typed), refused, failed, dropped.',
    labelNames: ['channel', 'outcome'],
  });

/** Sends in this process, with a few more tries. Neither log nor metric names anybody. */
export class BackgroundCourier extends Courier implements OnApplicationShutdown {
  readonly channels: ReadonlySet<Channel>;
  private readonly logger = new Logger('codes');
  private readonly underWay = new Set<Promise<void>>();
  private readonly stop = new AbortController();

  constructor(private readonly options: CourierOptions) {
    super();
    this.channels = new Set<Channel>([
      ...(options.mailer ? (['email'] as const) : []),
      ...(options.smsSender ? (['sms'] as const) : []),
    ]);
  }

  deliver(channel: Channel, find: () => Promise<CodeMessage | null>): void {
    if (this.underWay.size >= mostAtOnce) {
      deliveries.inc({ channel, outcome: 'dropped' });
      this.logger.error({ channel }, 'too many codes are on their way: one was dropped');
      return;
    }
    const delivery: Promise<void> = this.carry(channel, find).finally(() => this.underWay.delete(delivery));
    this.underWay.add(delivery);
  }

  /** What is being sent may end; nothing begins another try. */
  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.settled();
    await this.options.mailer?.close();
    await this.options.smsSender?.close();
  }

  /** Resolves when everything handed over so far was sent, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async carry(channel: Channel, find: () => Promise<CodeMessage | null>): Promise<void> {
    try {
      const message = await this.trying(find);
      if (message) await this.trying(() => this.send(message));
      deliveries.inc({ channel, outcome: message ? 'sent' : 'nobody' });
    } catch (error) {
      const outcome = error instanceof Undeliverable ? 'refused' : 'failed';
      deliveries.inc({ channel, outcome });
      this.logger.error({ channel, outcome, reason: reasonOf(error) }, 'a code could not be delivered');
    }
  }

  private async trying<T>(work: () => Promise<T>): Promise<T> {
    for (const wait of this.options.retryAfter ?? [500, 2_000, 8_000]) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Undeliverable || this.stop.signal.aborted) throw error;
        await pause(wait, this.stop.signal);
      }
    }
    return work();
  }

  private async send(message: CodeMessage): Promise<void> {
    if (message.channel === 'sms') await this.options.smsSender?.send(message.to, smsOf(message));
    else await this.options.mailer?.send(message.to, mailOf(message));
  }
}

/** A short word: what servers say may hold the address. */
function reasonOf(error: unknown): string {
  if (error instanceof Undeliverable) return error.reason;
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : String(name ?? 'unknown');
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
