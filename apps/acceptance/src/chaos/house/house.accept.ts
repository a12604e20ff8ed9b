import { createDatabase, describeWithKafka, kafkaBrokers } from '@homerealm/testing';
import type { Finding } from '../checks/facts.js';
import { controls, playIn } from './controls.js';
import type { Fault, HouseName } from './planted.js';

/** A rig that finds nothing proves something only if it finds what is there. */
describeWithKafka('the rig and planted faults', () => {
  const faults = Object.keys(controls) as Fault[];
  const found = new Map<string, Promise<Finding[]>>();

  // All at once: most of the time they wait for a group to notice that a member has died.
  beforeAll(async () => {
    const brokers = await kafkaBrokers();
    for (const fault of faults) {
      for (const house of ['sound', fault] satisfies HouseName[]) {
        const play = async () => playIn({ house, url: await createDatabase('house'), brokers }, controls[fault]);
        found.set(`${house} ${fault}`, play());
      }
    }
    await Promise.allSettled(found.values());
  }, 300_000);

  it.each(faults)('a sound house comes through what would show %s', async (fault) => {
    expect(await found.get(`sound ${fault}`)).toEqual([]);
  });

  it.each(faults)('%s is caught', async (fault) => {
    const names = (await found.get(`${fault} ${fault}`))?.map(({ check }) => check);
    expect(names).toContain(controls[fault].caughtBy);
  });
});
