import { cpus, release, totalmem } from 'node:os';
import type { ChaosResult } from './run-chaos.js';

const checks = [
  'acknowledged',
  'published',
  'applied',
  'effects',
  'sign-ins',
  'read model',
  'parked',
  'drain',
  'recovery',
  'answers',
];

const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const grouped = (number: number) => number.toLocaleString('en').replaceAll(',', ' ');
const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;

/** What a run did and found, as Markdown. */
export function reportOf(result: ChaosResult, commit: string): string {
  const { options, faults, findings } = result;
  const kinds = [...new Set(faults.map(({ kind }) => kind))].sort();
  const kills = sum(faults.map((fault) => fault.kills));
  return [
    `# Chaos run ${options.seed} (${options.form}, ${result.kafka})`,
    '',
    verdictOf(result, kills),
    '',
    '| | |',
    '|---|---|',
    ...facts(result, kills, commit).map(([name, value]) => `| ${name} | ${value} |`),
    '',
    '| Check | Found |',
    '|---|---|',
    ...checks.map((check) => `| ${check} | ${findings.filter((one) => one.check.startsWith(check)).length} |`),
    '',
    '| Fault | Times | Kills | Worst recovery |',
    '|---|---|---|---|',
    ...kinds.map((kind) => {
      const these = faults.filter((fault) => fault.kind === kind);
      const worst = Math.max(...these.map(({ recovery }) => recovery));
      return `| ${kind} | ${these.length} | ${sum(these.map((fault) => fault.kills))} | ${seconds(worst)} |`;
    }),
    '',
    ...(findings.length === 0 ? [] : ['## Findings', '', ...findings.slice(0, 200).map(lineOf), '']),
    '## Faults, in order',
    '',
    ...faults.map(
      ({ name, at, recovery }) => `- ${at.toISOString().slice(11, 19)} ${name}; well after ${seconds(recovery)}`,
    ),
    '',
  ].join('\n');
}

const lineOf = ({ check, about, says }: ChaosResult['findings'][number]) => `- **${check}** — ${about}: ${says}`;

function verdictOf({ findings, acknowledged, events }: ChaosResult, kills: number): string {
  const words = `over ${kills} kills, with ${grouped(acknowledged)} acknowledged wishes and ${grouped(events)} events`;
  if (findings.length > 0) return `**${findings.length} findings** ${words}.`;
  // Rule of three: nothing found in n, so with 95 % certainty the rate is below 3/n.
  const bound = ((3 / Math.max(1, events)) * 1e6).toFixed(1);
  return `**0 lost, 0 out of order, 0 applied twice** ${words}. With 95 % certainty fewer than ${bound} of a million (3/N).`;
}

function facts(result: ChaosResult, kills: number, commit: string): [string, string][] {
  const { options, faults } = result;
  const [cpu] = cpus();
  const recoveries = faults.map(({ recovery }) => recovery).sort((one, other) => one - other);
  const p95 = recoveries[Math.floor(recoveries.length * 0.95)] ?? 0;
  return [
    ['Machine', `${cpus().length} × ${cpu?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${release()}`],
    ['Versions', `Node ${process.versions.node}, commit ${commit}, Kafka ${result.kafka}`],
    ['Again', `\`npm run chaos -- ${argumentsOf(options)}\``],
    ['Load', `${grouped(result.wishes)} wishes in ${seconds(result.loadMs)}, ${grouped(result.attempts)} tries`],
    ['Acknowledged', `${grouped(result.acknowledged)}; ${result.inDoubt} stayed in doubt`],
    ['Events', `${grouped(result.events)}, in ${grouped(result.records)} records (states and repeats included)`],
    ['Published again', `${grouped(result.duplicates)} records, all absorbed by inboxes unless found below`],
    ['Effects outside', `${grouped(result.effects)} rows in a table without unique constraints`],
    ['Faults', `${faults.length}, ${kills} of them kills; services started again ${result.restarts} times`],
    ['Recovery', `worst ${seconds(recoveries.at(-1) ?? 0)}, 95 % within ${seconds(p95)}`],
    ['Drained', `${seconds(result.drainMs)} after the load ended`],
  ];
}

const argumentsOf = ({ seed, form, events, kills, nodes }: ChaosResult['options']) =>
  form === 'short' ? `--seed ${seed}` : `--events ${events} --kills ${kills} --nodes ${nodes} --seed ${seed}`;
