import { median } from '../measure.js';

export type Rounds<Name extends string> = Record<Name, number>[];

/** Lets the contestants take turns, so that what else the machine does hits all of them. The first round warms up. */
export async function interleave<Name extends string>(
  rounds: number,
  contestants: Record<Name, () => Promise<number>>,
): Promise<Rounds<Name>> {
  const all: Rounds<Name> = [];
  const names = Object.keys(contestants) as Name[];
  for (let round = 0; round <= rounds; round++) {
    const figures = {} as Record<Name, number>;
    for (const name of names) figures[name] = await contestants[name]();
    if (round > 0) all.push(figures);
  }
  return all;
}

/** Median of the ratios of each round. */
export const ratio = <Name extends string>(rounds: Rounds<Name>, ours: Name, theirs: Name): number =>
  median(rounds.map((figures) => figures[ours] / figures[theirs]));

export const medianOf = <Name extends string>(rounds: Rounds<Name>, name: Name): number =>
  median(rounds.map((figures) => figures[name]));

/** The smallest value that so many of a hundred do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? NaN;
}

/** @returns how many a second */
export async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (count * 1000) / (performance.now() - started);
}

/** Runs jobs 0, 1, … with so many at a time. */
export async function inParallel(clients: number, count: number, job: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const client = async () => {
    while (next < count) await job(next++);
  };
  await Promise.all(Array.from({ length: clients }, client));
}
