import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { eventually, freePort } from '@homerealm/testing';
import { type Fault, isKill, nameOf, type Service, type Victim } from '../schedule.js';
import type { Program } from './program.js';
import { nameOfService, type Rig } from './rig.js';

export type Inflicted = {
  name: string;
  kind: string;
  kills: number;
  at: Date;
  /** From the end of the fault (or from the kill) until every service could work again, in milliseconds. */
  recovery: number;
};

const sleep = (milliseconds: number) => new Promise<void>((resume) => setTimeout(resume, milliseconds));
const recoveryDeadline = 180_000;

/** Makes one fault happen, lifts it, and waits until the system has recovered. @throws when it does not within three minutes */
export async function inflict(rig: Rig, fault: Fault): Promise<Inflicted> {
  const at = new Date();
  const outcome = await strike(rig, fault);
  const lifted = Date.now();
  await eventually(() => rig.isWell(), {
    timeout: recoveryDeadline,
    every: 100,
    says: `recovery from ${nameOf(fault)}`,
  });
  if (fault.kind === 'kill-broker') await waitForCopies(rig);
  const missed = outcome === 'missed';
  return {
    name: missed
      ? `${nameOf(fault)} (never got there: ${fault.kind === 'kill-at' ? 'killed' : 'stopped'} at random)`
      : nameOf(fault),
    kind: fault.kind === 'tcp' ? `tcp ${fault.fault.kind}` : fault.kind,
    kills: isKill(fault) ? 1 : 0,
    at,
    recovery: Date.now() - lifted,
  };
}

async function strike(rig: Rig, fault: Fault): Promise<'missed' | void> {
  switch (fault.kind) {
    case 'kill':
      return kill(rig, fault.victim);
    case 'kill-at':
      if (await reaches(rig, fault.victim, fault.point, 'KILL')) return;
      await kill(rig, fault.victim);
      return 'missed';
    case 'stop':
      return freeze(rig, fault.victim, fault.for);
    case 'stop-at':
      if (!(await reaches(rig, fault.victim, fault.point, 'STOP'))) {
        await freeze(rig, fault.victim, fault.for);
        return 'missed';
      }
      await sleep(fault.for);
      return rig.system.service(fault.victim).signal('SIGCONT');
    case 'kill-broker':
      return killBroker(rig, fault.down);
    case 'kill-postgres':
      await rig.system.database.kill();
      await sleep(fault.down);
      return rig.system.database.start();
    case 'tcp': {
      const proxies = fault.to === 'kafka' ? rig.proxies.kafka : [rig.proxies.database[fault.to]];
      await Promise.all(proxies.map((proxy) => proxy.fault(fault.fault)));
      await sleep(fault.for);
      await Promise.all(proxies.map((proxy) => proxy.heal()));
      return;
    }
    case 'second':
      return runSecond(rig, fault);
    case 'storm':
      return storm(rig, fault.members, fault.each);
  }
}

/** Waits until it is really gone, or a look at its health could still find it well. */
async function kill(rig: Rig, victim: Victim): Promise<void> {
  const process = victim === 'outside' ? rig.outside : rig.system.service(victim);
  const before = await eventually(() => process.pid, { timeout: 60_000, says: `${victim} to run` });
  process.signal('SIGKILL');
  await eventually(() => process.pid !== before, { says: `the end of ${victim}` });
}

async function freeze(rig: Rig, service: Service, milliseconds: number): Promise<void> {
  rig.system.service(service).signal('SIGSTOP');
  await sleep(milliseconds);
  rig.system.service(service).signal('SIGCONT');
}

/** Puts the mark where the process looks when it comes to the point. @returns whether it came */
async function reaches(rig: Rig, victim: Victim, point: string, signal: 'KILL' | 'STOP'): Promise<boolean> {
  const process = victim === 'outside' ? rig.outside : rig.system.service(victim);
  const before = process.pid;
  const mark = join(rig.pointsFolder, `${nameOfService[victim]}.${point}.${signal}`);
  writeFileSync(mark, '');
  const taken = await eventually(() => !existsSync(mark), { timeout: 10_000 }).catch(() => false);
  if (!taken) {
    rmSync(mark, { force: true });
    return false;
  }
  if (signal === 'KILL') await eventually(() => process.pid !== before, { says: `the end of ${victim}` });
  return true;
}

async function runSecond(rig: Rig, fault: Extract<Fault, { kind: 'second' }>): Promise<void> {
  const second = rig.system.another(fault.service, await freePort());
  // It may find the world broken; then it ends by itself, which is its own affair.
  await second.start().catch(() => {});
  await sleep(fault.for);
  await (fault.ends === 'SIGKILL' ? second.kill() : second.stop());
}

async function storm(rig: Rig, count: number, each: number): Promise<void> {
  const members: Program[] = [];
  for (let number = 0; number < count; number++) {
    const member = rig.openOutside();
    members.push(member);
    member.start();
    await sleep(each);
  }
  for (const member of members) {
    await member.close();
    await sleep(each);
  }
}

/** Of several nodes the one that leads most partitions. */
async function killBroker(rig: Rig, down: number): Promise<void> {
  const nodes = rig.system.kafka?.nodes ?? [];
  const leaders = nodes.length > 1 ? await partitionsOf(rig) : [];
  const led = (id: number) => leaders.filter(({ leader }) => leader === id).length;
  const [victim] = [...nodes].sort((one, other) => led(other.id) - led(one.id));
  await victim?.stop();
  await sleep(down);
  // On a busy machine it may take longer than the start waits; that all copies are whole is what counts.
  await victim?.start().catch(() => {});
}

/** Another node may only go when this one has caught up: two of three copies is what is promised. */
async function waitForCopies(rig: Rig): Promise<void> {
  const copies = rig.system.kafka?.nodes.length ?? 1;
  const whole = async () => (await partitionsOf(rig)).every(({ isr }) => isr.length === copies);
  await eventually(whole, { timeout: recoveryDeadline, every: 250, says: 'copies of all partitions' });
}

async function partitionsOf(rig: Rig): Promise<{ leader: number; isr: number[] }[]> {
  const admin = new Kafka({ clientId: 'chaos', brokers: rig.brokers, logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((name) => !name.startsWith('__'));
    const { topics: found } = await admin.fetchTopicMetadata({ topics });
    return found.flatMap(({ partitions }) => partitions);
  } finally {
    await admin.disconnect();
  }
}
