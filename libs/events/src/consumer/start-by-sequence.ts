import { bootstrapGroup, readToEnd } from '../core/bootstrap.js';
import type { EventLog } from '../core/event-log.port.js';
import type { GroupState } from '../core/consumer-group.js';
import type { Says } from '../core/log.js';
import { isTransient as isOfTheWorld } from '../core/transient.js';
import type { CursorContext } from './context.js';
import { type DeadLetter, DeadLetters } from './dead-letters.js';
import { type Plan, planOf, type TopicHandler } from './handlers.js';
import { type LogAccess, openLog } from './log-access.js';
import { Membership } from '../core/membership.js';
import { endProcess } from '../core/end-process.js';
import { sayOnStderr } from './say.js';
import { type Retried, SequenceConsumer } from './sequence-consumer.js';
import { type Cursors, Sequencer } from './sequencer.js';

export type SequenceSettings = {
  /** In kebab-case, and for good: the consumer group, and the name of its dead letters. */
  name: string;
  log: LogAccess;
  /** Reads and moves the numbers that the consumer keeps beside its data. What they throw is taken for the world's. */
  cursors: Cursors;
  /** Each stores `context.cursor` in the same write as its effect. */
  handlers: readonly TopicHandler<CursorContext>[];
  /** Errors of the consumer's store that may pass, so that the event is tried for as long as it takes. */
  isTransient?: (error: unknown) => boolean;
  /** How often an event that fails by itself is tried; 3 by default. */
  tries?: number;
  /** Hears of changes of state and of dead letters, never of an event's data. By default lines on stderr. */
  says?: Says;
  /** Called when the consumer died twice within a minute. By default the process ends with status 1. */
  onFatal?: (error: unknown) => void;
  /** How many events of one partition may be handled at a time, each of another subject; 4 by default. */
  concurrency?: number;
};

/** A consumer that keeps its cursors with its data. */
export type RunningSequenceConsumer = {
  readonly state: GroupState;
  readonly deadLetters: {
    list(): Promise<DeadLetter[]>;
    /** Tries each once more, in order. Not twice at a time; call it again while `waiting` shrinks. */
    retry(): Promise<Retried>;
    /** Forgets one for good. Move its subject's cursor first, or what waits behind it never comes. */
    drop(letter: DeadLetter): Promise<void>;
  };
  close(): Promise<void>;
};

/**
 * Starts a consumer without a Postgres of its own. Wherever its data is, it keeps the number of the last event of each
 * subject there; the library skips what came before and notices what is missing. An event that fails for good becomes a
 * dead letter with all that come later for its subject, in the topic `<name>.dead-letters.v1`.
 * @throws Error when handlers do not go together
 */
export async function startConsumerBySequence(settings: SequenceSettings): Promise<RunningSequenceConsumer> {
  const { name, cursors, handlers, tries = 3, concurrency = 4 } = settings;
  const { says = sayOnStderr(name), onFatal = endProcess(says) } = settings;
  const plan = planOf(name, handlers);
  const [log, ownLog] = [openLog(settings.log), openLog(settings.log, { own: true })];
  const deadLetters = new DeadLetters(ownLog, name);
  const sequencer = new Sequencer({ name, log, cursors, plan, deadLetters });
  const isTransient = (error: unknown) => isOfTheWorld(error) || (settings.isTransient?.(error) ?? false);
  const consumer = new SequenceConsumer({
    ...{ name, sequencer, deadLetters, says, tries, concurrency, isTransient },
  });
  const membership = new Membership({
    ...{ log, says, onFatal },
    subscribe: { group: name, topics: plan.followed, handle: consumer.handleBatch },
    prepare: async (signal) => {
      await deadLetters.prepare();
      await readStates(log, { name, plan, consumer, says }, signal);
    },
  });
  return {
    get state() {
      return membership.state;
    },
    deadLetters: {
      list: () => deadLetters.list(),
      retry: () => consumer.retry(),
      drop: (letter) => deadLetters.settle([letter]),
    },
    close: async () => {
      await membership.close();
      await deadLetters.close();
      await Promise.all([log.close(), ownLog.close()]);
    },
  };
}

type Start = { name: string; plan: Plan<CursorContext>; consumer: SequenceConsumer; says: Says };

/** Who has a place in the event topic already began some time before. */
async function readStates(log: EventLog, { name, plan, consumer, says }: Start, signal: AbortSignal): Promise<void> {
  for (const topic of plan.startFrom) {
    if (signal.aborted || (await log.position(name, topic.stateOf ?? '')).size > 0) continue;
    says.info(`Reading ${topic.name}, to begin with how things are.`);
    const reading = { topic, group: bootstrapGroup(name, topic), handleBatch: consumer.handleBatch };
    await readToEnd(log, reading, signal);
  }
}
