import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, register } from 'prom-client';

let collects = false;

/** Adds `/metrics`: those of the process, and whatever the parts of the service registered. */
export function addMetrics(fastify: FastifyInstance): void {
  if (!collects) collectDefaultMetrics();
  collects = true;
  fastify.get('/metrics', async (_request, reply) => reply.type(register.contentType).send(await register.metrics()));
}
