import type { ConnectionId } from '@homerealm/domain';
import type { Surroundings } from '../surroundings.port.js';

/** After this long somebody who took a connection is believed to be gone. */
const leaseMs = 10 * 60_000;
/** Connections at a time: one whose provider hangs keeps the others waiting for nothing. */
const lanes = 4;

/** Connections that come to their turn, one after the other. */
export type Turns = {
  /** Takes the connection whose turn came first. Nobody else gets it until its next turn, or until `again`. */
  take(now: Date, again: Date): Promise<ConnectionId | undefined>;
};

/** Works until nobody's turn is due, or until it is told to stop. @returns how many connections were worked on */
export async function workInLanes(
  turns: Turns,
  surroundings: Surroundings,
  work: (connectionId: ConnectionId) => Promise<void>,
  stop?: AbortSignal,
): Promise<number> {
  const lane = async (): Promise<number> => {
    for (let done = 0; ; done += 1) {
      const now = surroundings.now();
      const again = new Date(now.getTime() + leaseMs);
      const connectionId = stop?.aborted ? undefined : await turns.take(now, again);
      if (connectionId === undefined) return done;
      await work(connectionId);
    }
  };
  const done = await Promise.all(Array.from({ length: lanes }, lane));
  return done.reduce((sum, count) => sum + count, 0);
}
