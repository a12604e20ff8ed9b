import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { command } from './events/command.js';
import { consumer } from './events/consumer.js';
import { dispatch } from './events/dispatch.js';
import { type Finding, type Measurement, toTable } from './events/finding.js';
import { latency } from './events/latency.js';
import { type BenchOptions, readOptions } from './events/options.js';
import { recovery } from './events/recovery.js';
import { relay } from './events/relay.js';
import { removal } from './events/removal.js';
import { openWorld, type World } from './events/world.js';

const measurements: Measurement[] = [command, relay, consumer, dispatch, latency, recovery, removal];
const output = fileURLToPath(new URL('../../../../.homerealm/bench/events.md', import.meta.url));

/** `npm run bench -- events [--rounds N] [--count N] [--only name]`: what events cost, beside the goals. */
export async function benchEvents(): Promise<void> {
  const options = readOptions(process.argv);
  const chosen = measurements.filter(({ name }) => options.only === undefined || name === options.only);
  if (chosen.length === 0) throw new Error(`there is only: ${measurements.map(({ name }) => name).join(', ')}`);
  const world = await openWorld();
  const findings: Finding[] = [];
  try {
    for (const measurement of chosen) {
      process.stdout.write(`${measurement.name} …\n`);
      const found = await findOrTell(measurement, world, options);
      for (const { what, value, goal } of found) process.stdout.write(`  ${what}: ${value} (${goal})\n`);
      findings.push(...found);
    }
  } finally {
    await world.close();
  }
  const head = `Medians of ${options.rounds} interleaved rounds; ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, Node ${process.version}, PostgreSQL with fsync, Kafka of its own.`;
  const report = [head, '', ...toTable(findings), ''].join('\n');
  process.stdout.write(`\n${report}`);
  mkdirSync(dirname(output), { recursive: true });
  writeFileSync(output, report);
}

/** One that fails does not take the others' findings with it. */
async function findOrTell({ name, run }: Measurement, world: World, options: BenchOptions): Promise<Finding[]> {
  try {
    return await run(world, options);
  } catch (error) {
    process.stderr.write(
      `${name} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 1;
    return [{ what: name, value: 'failed', goal: 'a figure', met: false }];
  }
}
