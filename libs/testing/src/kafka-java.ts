import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort } from './free-port.js';
import { kafkaVersion } from './kafka-choice.js';
import { checkJava, fetchJars } from './kafka-jars.js';
import { JavaNode, type NodePlan } from './kafka-node.js';
import type { KafkaOptions, RunningKafka } from './kafka-types.js';

/** Starts one node, or three, from the jars of Maven Central, on free loopback ports. */
export async function startJavaKafka(options: KafkaOptions, says: (line: string) => void): Promise<RunningKafka> {
  await checkJava();
  const libs = await fetchJars(says);
  const plans = await planNodes(options, libs);
  const nodes = plans.map((plan) => new JavaNode(plan));
  const all = async (work: (node: JavaNode) => Promise<void>) => void (await Promise.all(nodes.map(work)));
  await all((node) => node.prepare(nodes));
  const start = () => all((node) => node.start());
  try {
    await start();
  } catch (error) {
    await all((node) => node.close());
    throw error;
  }
  const brokers = nodes.map(({ address }) => address);
  return {
    brokers,
    choice: `Apache Kafka ${kafkaVersion()} on Java, at ${brokers.join(', ')}`,
    nodes,
    get pid() {
      return nodes.length === 1 ? (nodes[0]?.pid ?? null) : null;
    },
    stop: () => all((node) => node.stop()),
    start,
    close: () => all((node) => node.close()),
  };
}

async function planNodes({ nodes: copies = 1, port, dataDir, advertise }: KafkaOptions, libs: string) {
  if (copies > 1 && port !== undefined) throw new Error('A given port is for one node only.');
  // Any 16 bytes in base64url name a cluster.
  const cluster = Buffer.from(Array.from({ length: 16 }, () => Math.floor(Math.random() * 256))).toString('base64url');
  const taken = new Set<number>();
  const plans: NodePlan[] = [];
  for (let id = 1; id <= copies; id++) {
    const listens = port ?? (await anotherPort(taken));
    const folder = dataDir === undefined ? undefined : resolve(dataDir, ...(copies > 1 ? [`node-${id}`] : []));
    plans.push({
      ...{ id, copies, cluster, libs, port: listens },
      told: (await advertise?.(listens)) ?? listens,
      internalPort: await anotherPort(taken),
      controllerPort: await anotherPort(taken),
      home: folder ?? (await mkdtemp(join(tmpdir(), 'homerealm-kafka-'))),
      isTemporary: folder === undefined,
    });
  }
  return plans;
}

async function anotherPort(taken: Set<number>): Promise<number> {
  for (;;) {
    const port = await freePort();
    if (taken.has(port)) continue;
    taken.add(port);
    return port;
  }
}
