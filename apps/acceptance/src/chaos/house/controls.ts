import type { Finding } from '../checks/facts.js';
import { Scenario, type Surroundings } from './scenario.js';
import type { Fault } from './planted.js';

export type Control = {
  /** The check that has to catch it. */
  caughtBy: string;
  /** How long to wait for an end that may never come, in milliseconds. */
  patience: { sound: number; planted: number };
  play(scenario: Scenario): Promise<void>;
};

const patience = { sound: 100_000, planted: 100_000 };

/** For each planted fault the events in which it shows; a sound house comes through them unharmed. */
export const controls: Record<Fault, Control> = {
  publishBeforeCommit: {
    caughtBy: 'published: nothing is foreign',
    patience,
    async play(scenario) {
      const first = await scenario.light('a');
      await first.done();
      await scenario.published(1);
      const second = await scenario.light('b', true);
      await second.held();
      await scenario.kill();
    },
  },

  offsetFirst: {
    caughtBy: 'effects: nothing is lost',
    patience,
    async play(scenario) {
      const { struck } = scenario.killAt('consumer.received');
      const lit = await scenario.light('a');
      await lit.done();
      await struck;
    },
  },

  idCursorRelay: {
    caughtBy: 'published: nothing is lost',
    patience: { sound: 100_000, planted: 3000 },
    async play(scenario) {
      const first = await scenario.light('a', true);
      await first.held();
      const second = await scenario.light('b');
      await second.done();
      await scenario.published(1);
      scenario.release();
      await first.done();
    },
  },

  noInbox: {
    caughtBy: 'effects: nothing is applied twice',
    patience,
    async play(scenario) {
      const { struck } = scenario.killAt('consumer.committed');
      const lit = await scenario.light('a');
      await lit.done();
      await struck;
    },
  },
};

/** Plays a control in a house, and gives what the checks find afterwards. */
export async function playIn(around: Surroundings, { play, patience: waits }: Control): Promise<Finding[]> {
  const scenario = new Scenario(around);
  try {
    await scenario.open();
    await play(scenario);
    return await scenario.check(around.house === 'sound' ? waits.sound : waits.planted);
  } finally {
    await scenario.close();
  }
}
