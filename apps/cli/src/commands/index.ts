import type { AnyCommand } from '../command.js';
import { eventsLag } from './events-lag.js';
import { eventsTail } from './events-tail.js';
import { parkedList } from './parked-list.js';
import { parkedRetry } from './parked-retry.js';
import { parkedShow } from './parked-show.js';
import { parkedSkip } from './parked-skip.js';
import { replayCommand } from './replay.js';
import { stateDigest } from './state-digest.js';
import { topicsEnsure } from './topics-ensure.js';
import { topicsList } from './topics-list.js';

/** Every command there is, as the help shows them. */
export const commands: readonly AnyCommand[] = [
  eventsTail,
  eventsLag,
  parkedList,
  parkedShow,
  parkedRetry,
  parkedSkip,
  replayCommand,
  stateDigest,
  topicsList,
  topicsEnsure,
];
