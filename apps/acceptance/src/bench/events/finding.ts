import type { BenchOptions } from './options.js';
import type { World } from './world.js';

/** One line of the table. */
export type Finding = { what: string; value: string; goal: string; met: boolean; details?: string };

export type Measurement = { name: string; run(world: World, options: BenchOptions): Promise<Finding[]> };

/** The findings as a table in Markdown, the goal and the verdict beside each. */
export function toTable(findings: readonly Finding[]): string[] {
  return [
    '| what | measured | goal | verdict | details |',
    '| --- | --- | --- | --- | --- |',
    ...findings.map(
      ({ what, value, goal, met, details = '' }) =>
        `| ${what} | ${value} | ${goal} | ${met ? 'met' : '**missed**'} | ${details} |`,
    ),
  ];
}
