import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** Prints .env.example with a fresh secret in place of each placeholder: node deploy/docker/make-env.mjs > .env */
const example = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
const fresh = example
  .replaceAll(/=replace-me[\w-]*$/gm, () => `=${randomBytes(32).toString('base64url')}`)
  .replaceAll(/^(\w+_SEALING_KEYS=[\w-]+):.*$/gm, (_, start) => `${start}:${randomBytes(32).toString('base64')}`)
  .replace(/^KAFKA_CLUSTER_ID=.*$/m, () => `KAFKA_CLUSTER_ID=${randomBytes(16).toString('base64url')}`);
process.stdout.write(fresh);
