import 'reflect-metadata';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from './write.mjs';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Which service consumes which topics: what `@Consumes` has left on its controllers, which is what Nest subscribes to.
 * @returns a map from topic to the services that consume it, both sorted
 */
export async function consumersByTopic() {
  const consumers = new Map();
  for (const service of readdirSync(join(root, 'apps')).sort()) {
    const folder = `apps/${service}/dist/events`;
    if (!existsSync(join(root, folder))) continue;
    for (const file of readdirSync(join(root, folder)).filter((name) => name.endsWith('.consumer.js'))) {
      for (const topic of Object.values(await load(`${folder}/${file}`)).flatMap(topicsOf)) {
        consumers.set(topic, [...new Set([...(consumers.get(topic) ?? []), service])].sort());
      }
    }
  }
  return consumers;
}

function topicsOf(exported) {
  if (typeof exported !== 'function') return [];
  const methods = Object.getOwnPropertyNames(exported.prototype ?? {}).map((name) => exported.prototype[name]);
  return methods.flatMap((method) =>
    typeof method === 'function' ? (Reflect.getMetadata('microservices:pattern', method) ?? []) : [],
  );
}
