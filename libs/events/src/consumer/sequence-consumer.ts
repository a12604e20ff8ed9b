import { backoff, pause } from '../core/backoff.js';
import { describeError, placeOf } from '../core/consumer.js';
import { UndecodableError } from '../core/envelope.js';
import type { RecordBatch, StoredRecord } from '../core/event-log.port.js';
import { intoLanes, Progress } from '../core/lanes.js';
import { fingerprint, type Says } from '../core/log.js';
import { metrics } from '../core/metrics.js';
import type { DeadLetter, DeadLetters, DeadReason } from './dead-letters.js';
import { HandlerError, type Sequencer } from './sequencer.js';

export type SequenceOptions = {
  name: string;
  sequencer: Sequencer;
  deadLetters: DeadLetters;
  says: Says;
  /** How often an event that fails by itself is tried. */
  tries: number;
  concurrency: number;
  isTransient: (error: unknown) => boolean;
};

/** What became of the dead letters that were tried again. */
export type Retried = { applied: number; obsolete: number; waiting: number };

/** Works off batches by the numbers that the consumer keeps with its data. */
export class SequenceConsumer {
  constructor(private readonly options: SequenceOptions) {}

  handleBatch = async (batch: RecordBatch): Promise<void> => {
    const { records, signal } = batch;
    const progress = new Progress(records, (record) => batch.done(record));
    const lanes = intoLanes(records, ({ key }) => key ?? '', this.options.concurrency);
    const runLane = async (lane: StoredRecord[]) => {
      for (const record of lane) {
        if (signal.aborted || !(await this.settle(record, signal))) return;
        progress.finish(record);
      }
    };
    await Promise.all(lanes.map(runLane));
  };

  /** Tries all dead letters again, each once, in order for each subject. One call at a time. */
  async retry(): Promise<Retried> {
    const { deadLetters } = this.options;
    const result = { applied: 0, obsolete: 0, waiting: 0 };
    for (const letter of await deadLetters.list()) {
      const turn = await this.tryAgain(letter);
      if (turn === 'behind') result.waiting++;
      else result[turn === 'applied' ? 'applied' : 'obsolete']++;
      if (turn !== 'behind') await deadLetters.settle([letter]);
    }
    return result;
  }

  private async tryAgain({ record }: DeadLetter) {
    const { sequencer, says } = this.options;
    try {
      return await sequencer.apply(record, sequencer.decode(record));
    } catch (error) {
      if (!(error instanceof HandlerError || error instanceof UndecodableError)) throw error;
      if (await sequencer.isPast(record)) return 'duplicate' as const;
      says.error(`${placeOf(record)} stays a dead letter: ${wordsOf(error)}`);
      return 'behind' as const;
    }
  }

  /** Tries until the record is applied or a dead letter. @returns false when we have to stop before that */
  private async settle(record: StoredRecord, signal: AbortSignal): Promise<boolean> {
    const { name: service, tries, says } = this.options;
    let [own, worlds] = [0, 0];
    for (let cause: unknown; !signal.aborted;) {
      try {
        if (own >= tries) await this.bury(record, 'failed', cause);
        else await this.apply(record);
        return true;
      } catch (error) {
        metrics.retries.inc({ service, topic: record.topic });
        const isWorlds = !(error instanceof HandlerError) || this.options.isTransient(error.cause);
        if (!isWorlds) cause = error;
        else if (worlds === 0) says.warn(`${placeOf(record)} waits: ${wordsOf(error)}`);
        await pause(isWorlds ? backoff(++worlds, 50, 5000) : backoff(++own, 50, 1000), signal);
      }
    }
    return false;
  }

  private async apply(record: StoredRecord): Promise<void> {
    const { sequencer } = this.options;
    let decoded;
    try {
      if (record.key === null) throw new UndecodableError('no key');
      decoded = sequencer.decode(record);
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error;
      return this.bury(record, 'undecodable', error);
    }
    if ((await sequencer.apply(record, decoded)) === 'behind') await this.bury(record, 'behind');
  }

  /** The cursor does not move on: whatever comes later for the subject follows. */
  private async bury(record: StoredRecord, reason: DeadReason, error?: unknown): Promise<void> {
    const { name: service, sequencer, deadLetters, says } = this.options;
    const words = error === undefined ? undefined : wordsOf(error);
    await sequencer.holdBack(record);
    await deadLetters.add(record, reason, words);
    metrics.parked.inc({ service, topic: record.topic });
    says.error(`${placeOf(record)} is a dead letter (${reason}): ${words ?? 'an earlier event has to come first'}`);
  }
}

const wordsOf = (error: unknown): string =>
  error instanceof HandlerError ? fingerprint(error.cause) : describeError(error);
