import { longestNotice, stepToTell } from '../../domain/expiry-step.js';

/** Things that end, of which each step is told once. */
export type EndingThings<Thing extends { expiresAt: Date; told: readonly number[] }> = {
  ending(before: Date): Promise<Thing[]>;
  tell(thing: Thing, daysLeft: number, now: Date): Promise<boolean>;
};

/** Tells of everything that ends soon the step that is due. @returns how many notices were given */
export async function tellSteps<Thing extends { expiresAt: Date; told: readonly number[] }>(
  notices: EndingThings<Thing>,
  now: Date,
): Promise<number> {
  let given = 0;
  for (const thing of await notices.ending(new Date(now.getTime() + longestNotice))) {
    const step = stepToTell(thing.expiresAt, now, thing.told);
    if (step !== undefined && (await notices.tell(thing, step, now))) given += 1;
  }
  return given;
}
