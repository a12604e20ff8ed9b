import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Simulator } from '../client/simulator.js';
import { checkAcknowledged } from './checks/acknowledged.js';
import { checkApplied } from './checks/applied.js';
import { checkCauses, checkEffects } from './checks/effects.js';
import type { Finding } from './checks/facts.js';
import { checkPublished } from './checks/published.js';
import { fold } from './checks/folded.js';
import { checkLastGroups, checkSignIns } from './checks/sign-ins.js';
import { Ledger, readLedger } from './ledger.js';
import { startLoad } from './load/start-load.js';
import { collect, countEvents, follows, readStandings } from './rig/collect.js';
import { drain } from './rig/drain.js';
import { inflict, type Inflicted } from './rig/inflict.js';
import { query } from './rig/query.js';
import { checkReadModels } from './rig/read-models.js';
import { Rig } from './rig/rig.js';
import { nameOf, scheduleFrom, services } from './schedule.js';

export type ChaosOptions = {
  seed: number;
  form: 'short' | 'long';
  nodes: 1 | 3;
  /** The load goes on until so many events were put into outboxes, … */
  events: number;
  /** … so many processes were killed, … */
  kills: number;
  /** … and so many milliseconds are over. */
  least: number;
  /** The folder for the ledger. */
  folder: string;
  says: (line: string) => void;
};

export type ChaosResult = {
  options: ChaosOptions;
  findings: Finding[];
  faults: Inflicted[];
  attempts: number;
  acknowledged: number;
  wishes: number;
  inDoubt: number;
  events: number;
  records: number;
  duplicates: number;
  effects: number;
  restarts: number;
  loadMs: number;
  drainMs: number;
  kafka: string;
};

const drainDeadline = { short: 300_000, long: 900_000 };

/** Load, faults, healing, and the set checks over everything that is left. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  mkdirSync(options.folder, { recursive: true });
  const rig = await Rig.start(options);
  try {
    return await runOn(rig, options);
  } finally {
    await rig.close();
  }
}

async function runOn(rig: Rig, options: ChaosOptions): Promise<ChaosResult> {
  const { folder, seed, says } = options;
  const ledger = new Ledger(join(folder, `${seed}-${Date.now()}.ndjson`));
  const simulator = new Simulator(rig.system.urls.simulator, readFileSync(rig.system.caFile, 'utf8'));
  const findings: Finding[] = [];
  const started = Date.now();
  const load = await startLoad({ rig, ledger, simulator, seed, form: options.form });
  const faults = await disturb(rig, options, findings, () => says(`    ${ledger.acknowledged} wishes acknowledged`));
  says('Healed; waiting for what is on its way.');
  await load.finish();
  const loadMs = Date.now() - started;
  await ledger.close();
  await simulator.close();
  findings.push(...load.surprises.map((one) => ({ check: 'answers', about: 'load', says: one })));
  const drained = await drain({ ...drainOf(rig), timeout: drainDeadline[options.form] });
  for (const [about, count] of Object.entries(drained.left)) {
    findings.push({ check: 'drain', about, says: `${count} left after ${drained.took} ms` });
  }
  says(`Drained in ${drained.took} ms; reading everything.`);
  const told = readLedger(ledger.path);
  const checked = await check(rig, told);
  findings.push(...checked.findings);
  return {
    ...{ options, findings, faults, loadMs, drainMs: drained.took, restarts: rig.restarts },
    ...{ attempts: ledger.attempts, acknowledged: ledger.acknowledged, wishes: told.length },
    inDoubt: told.filter(({ id }) => id === undefined).length,
    ...{ events: checked.events, records: checked.records },
    ...{ duplicates: checked.duplicates, effects: checked.effects },
    kafka: `${rig.brokers.length} node${rig.brokers.length > 1 ? 's' : ''}`,
  };
}

/** One fault after another, until there were enough of everything. */
async function disturb(
  rig: Rig,
  { seed, form, events, kills, least, says }: ChaosOptions,
  findings: Finding[],
  onFault: () => void,
): Promise<Inflicted[]> {
  const faults: Inflicted[] = [];
  const end = Date.now() + least;
  const isEnough = async () => {
    if (Date.now() < end || faults.reduce((sum, fault) => sum + fault.kills, 0) < kills) return false;
    return (await countEvents(rig)) >= events;
  };
  for (const { pause, fault } of scheduleFrom(seed, form)) {
    if (await isEnough()) break;
    await new Promise((resume) => setTimeout(resume, pause));
    says(nameOf(fault));
    try {
      const inflicted = await inflict(rig, fault);
      faults.push(inflicted);
      says(`  well again after ${inflicted.recovery} ms`);
    } catch (error) {
      findings.push({ check: 'recovery', about: nameOf(fault), says: String(error) });
      break;
    }
    onFault();
  }
  return faults;
}

function drainOf(rig: Rig) {
  const { postgres } = rig.system;
  const owed = 'SELECT count(*) FROM person WHERE refresh_next_at IS NOT NULL';
  return {
    brokers: rig.brokers,
    outboxes: Object.fromEntries(services.map((service) => [service, postgres[service]])),
    follows,
    also: {
      'owed group readings': async () => {
        const [row] = await query<{ count: string }>(postgres.profileSync, owed);
        return Number(row?.count);
      },
    },
  };
}

async function check(rig: Rig, told: ReturnType<typeof readLedger>) {
  const { facts, numberings, cursors, effects, parked } = await collect(rig);
  const { streams, findings, duplicates } = checkPublished(facts, numberings);
  const seenOutside = new Set(follows.filter(({ consumer }) => consumer === 'outside').map(({ topic }) => topic));
  const outside = [...streams.values()].filter(({ topic }) => seenOutside.has(topic));
  const groups = fold(facts, 'profile-sync.groups-state.v1');
  const events = [...streams.values()].filter(({ topic }) => !/-(state|credentials)\.v/.test(topic));
  return {
    findings: [
      ...findings,
      ...checkApplied(streams.values(), cursors, follows),
      ...Object.entries(parked)
        .filter(([, count]) => count > 0)
        .map(([about, count]) => ({ check: 'parked', about, says: `${count} events` })),
      ...checkEffects(effects, outside),
      ...checkCauses(facts),
      ...checkSignIns(told, facts),
      ...checkLastGroups(told, groups),
      ...checkAcknowledged(told, await readStandings(rig, facts)),
      ...(await checkReadModels(rig, facts)),
    ],
    ...{ duplicates, records: facts.length, effects: effects.length },
    events: events.reduce((sum, { ids }) => sum + ids.length, 0),
  };
}
