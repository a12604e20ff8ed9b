import { uuid7 } from '@homerealm/events';
import type { Measurement } from './finding.js';
import { moved, parcelTopic } from './parcels.js';
import { inParallel, interleave, medianOf, perSecond, ratio } from './rounds.js';

const clients = 8;
const goal = 0.75;

/** What telling about a change costs: the same command of two statements, with an event and without. */
export const command: Measurement = {
  name: 'command',
  async run(world, { rounds, count }) {
    const topic = parcelTopic('command');
    const { database, outbox, close } = await world.openService('post');
    const movePart = async (tells: boolean) => {
      const parcelId = uuid7();
      await database.transaction(async () => {
        await database.sql.query('INSERT INTO place (parcel_id, moves) VALUES ($1, 1)', [parcelId]);
        await database.sql.query('INSERT INTO move (parcel_id, seq) VALUES ($1, $2)', [parcelId, 1]);
        if (tells) await outbox.append(moved(topic, parcelId));
      });
    };
    const turn = (tells: boolean) => perSecond(count, () => inParallel(clients, count, () => movePart(tells)));
    const results = await interleave(rounds, { without: () => turn(false), with: () => turn(true) });
    await close();
    const share = ratio(results, 'with', 'without');
    return [
      {
        what: `command with an event, of the same without (${clients} clients)`,
        value: share.toFixed(2),
        goal: `≥ ${goal}`,
        met: share >= goal,
        details: `${medianOf(results, 'with').toFixed(0)} and ${medianOf(results, 'without').toFixed(0)} a second`,
      },
    ];
  },
};
