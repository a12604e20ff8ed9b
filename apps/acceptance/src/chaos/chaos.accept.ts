import { fileURLToPath } from 'node:url';
import { describeWithKafka } from '@homerealm/testing';
import { type ChaosResult, runChaos } from './run-chaos.js';

/** The short form of `npm run chaos`, with a seed of its own so that every run is the same. */
const seed = 20_261_122;

describeWithKafka(
  'the whole system under chaos',
  () => {
    let result: ChaosResult;

    beforeAll(async () => {
      result = await runChaos({
        ...{ seed, form: 'short', nodes: 1, events: 0, kills: 5, least: 60_000 },
        folder: fileURLToPath(new URL('../../../../.homerealm/chaos', import.meta.url)),
        says: () => {},
      });
    }, 900_000);

    it('is killed at least five times', () => {
      const kills = result.faults.reduce((sum, fault) => sum + fault.kills, 0);
      expect(kills).toBeGreaterThanOrEqual(5);
    });

    it('goes on working: wishes are acknowledged, and told as events', () => {
      expect(result.acknowledged).toBeGreaterThan(100);
      expect(result.events).toBeGreaterThan(result.acknowledged);
    });

    it('loses nothing, reorders nothing, and does nothing twice', () => expect(result.findings).toEqual([]));
  },
  { own: true },
);
