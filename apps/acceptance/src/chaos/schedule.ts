import type { TcpFault } from '@homerealm/testing';
import { type Random, seeded } from './random.js';

export const services = ['gateway', 'registry', 'directory', 'profileSync'] as const;
export type Service = (typeof services)[number];
/** A process that can be killed: one of the four services, or the consumer outside. */
export type Victim = Service | 'outside';

/** Times in milliseconds. */
export type Fault =
  | { kind: 'kill'; victim: Victim }
  | { kind: 'kill-at'; victim: Victim; point: string }
  | { kind: 'stop'; victim: Service; for: number }
  | { kind: 'stop-at'; victim: Service; point: string; for: number }
  | { kind: 'kill-broker'; down: number }
  | { kind: 'kill-postgres'; down: number }
  | { kind: 'tcp'; to: 'kafka' | Service; fault: TcpFault; for: number }
  /** A second process of the service for a while: a rebalance when it comes and goes, and two relays at once. */
  | { kind: 'second'; service: Service; for: number; ends: 'SIGTERM' | 'SIGKILL' }
  /** Further members of the group outside come one after another, and vanish: rebalance upon rebalance. */
  | { kind: 'storm'; members: number; each: number };

/** What happens next, and how long all is well before that. */
export type Step = { pause: number; fault: Fault };

/** Which services publish, and which consume: a point that is never reached kills nobody. */
const writers: readonly Service[] = ['gateway', 'registry', 'directory', 'profileSync'];
const consumers: readonly Victim[] = ['gateway', 'profileSync', 'directory', 'outside'];
const writerPoints = ['outbox.appended', 'outbox.committed', 'relay.read', 'relay.sent', 'relay.deleted'];
const consumerPoints = ['consumer.received', 'consumer.applied', 'consumer.committed', 'consumer.marked'];

type Deal = (random: Random) => Fault;

const kill: Deal = (random) => ({ kind: 'kill', victim: random.pick<Victim>([...services, 'outside']) });
const killWriter: Deal = (random) => ({
  kind: 'kill-at',
  victim: random.pick(writers),
  point: random.pick(writerPoints),
});
const killConsumer: Deal = (random) => ({
  kind: 'kill-at',
  victim: random.pick(consumers),
  point: random.pick(consumerPoints),
});
const stop: Deal = (random) => ({ kind: 'stop', victim: random.pick(services), for: random.between(2000, 12_000) });
const stopAt: Deal = (random) => ({
  kind: 'stop-at',
  victim: random.pick(writers),
  point: random.pick(['relay.read', 'relay.sent', 'consumer.committed']),
  for: random.between(2000, 14_000),
});
const killBroker: Deal = (random) => ({ kind: 'kill-broker', down: random.between(500, 5000) });
const killPostgres: Deal = (random) => ({ kind: 'kill-postgres', down: random.between(200, 3000) });
const second = (ends: 'SIGTERM' | 'SIGKILL'): Deal => {
  return (random) => ({ kind: 'second', service: random.pick(writers), for: random.between(2000, 6000), ends });
};
const storm: Deal = (random) => ({ kind: 'storm', members: random.between(2, 4), each: random.between(1000, 3000) });
const tcp: Deal = (random) => {
  const fault = random.pick<TcpFault>([
    { kind: 'delay', milliseconds: random.between(50, 400) },
    { kind: 'reset' },
    { kind: 'drop' },
    { kind: 'refuse' },
    { kind: 'slow', bytesPerSecond: random.between(10_000, 50_000) },
    { kind: 'cut', direction: random.pick(['up', 'down'] as const), after: random.between(1, 4000) },
  ]);
  const to = random.pick<'kafka' | Service>(['kafka', 'kafka', ...services]);
  return { kind: 'tcp', to, fault, for: random.between(1000, 4000) };
};

/** What is dealt before anything comes again, so that a run of some length has some of everything. */
const shortDeck: readonly Deal[] = [
  ...[kill, killWriter, killWriter, killConsumer, killConsumer, killBroker, killPostgres],
  ...[tcp, tcp, stopAt, second('SIGTERM')],
];
const longDeck: readonly Deal[] = [
  ...[kill, kill, kill, killWriter, killWriter, killWriter, killConsumer, killConsumer, killConsumer],
  ...[killBroker, killBroker, killBroker, killPostgres, tcp, tcp, tcp, tcp, stop, stopAt],
  ...[second('SIGTERM'), second('SIGKILL'), storm],
];

/** Endless. The same seed and form give the same steps. */
export function* scheduleFrom(seed: number, form: 'short' | 'long'): Generator<Step, never> {
  const random = seeded(seed);
  const deck = form === 'short' ? shortDeck : longDeck;
  const [least, most] = form === 'short' ? [500, 2500] : [1000, 5000];
  for (;;) {
    for (const deal of random.shuffle(deck)) yield { pause: random.between(least, most), fault: deal(random) };
  }
}

/** Whether the fault ends a process the hard way. */
export const isKill = (fault: Fault): boolean =>
  fault.kind.startsWith('kill') || (fault.kind === 'second' && fault.ends === 'SIGKILL');

/** The fault in a few words, for the report. */
export function nameOf(fault: Fault): string {
  switch (fault.kind) {
    case 'kill':
      return `kill ${fault.victim}`;
    case 'kill-at':
      return `kill ${fault.victim} at ${fault.point}`;
    case 'stop':
      return `stop ${fault.victim} for ${fault.for} ms`;
    case 'stop-at':
      return `stop ${fault.victim} at ${fault.point} for ${fault.for} ms`;
    case 'kill-broker':
      return `kill the broker, ${fault.down} ms down`;
    case 'kill-postgres':
      return `kill Postgres, ${fault.down} ms down`;
    case 'tcp':
      return `${fault.fault.kind} ${fault.to === 'kafka' ? 'to Kafka' : `from ${fault.to} to Postgres`} for ${fault.for} ms`;
    case 'second':
      return `a second ${fault.service} for ${fault.for} ms, ended by ${fault.ends}`;
    case 'storm':
      return `${fault.members} more members outside, a new one every ${fault.each} ms`;
  }
}
