import { z } from 'zod';
import { faultCatalogue } from '../faults/catalogue.js';
import { bodies, paths, type Schema } from './openapi-paths.js';

const text = { type: 'string' };
const anObject = { type: 'object' };
const number = { type: 'integer' };
const orNull = (schema: Schema) => ({ oneOf: [schema, { type: 'null' }] });
const object = (properties: Schema): Schema => ({ type: 'object', properties });
const list = (items: Schema): Schema => ({ type: 'array', items });

const armed = object({
  id: text,
  name: text,
  tenant: text,
  clientId: text,
  endpoint: text,
  left: orNull(number),
  hits: number,
  retryAfterSeconds: number,
});
const certificate = object({
  thumbprintSha256: text,
  active: { type: 'boolean' },
  published: { type: 'boolean' },
  pem: text,
});
const recorded = object({
  id: number,
  at: { type: 'string', format: 'date-time' },
  endpoint: text,
  method: text,
  path: text,
  query: anObject,
  headers: anObject,
  body: orNull(anObject),
  tenantId: orNull(text),
  clientId: orNull(text),
  status: orNull(number),
  correlationId: text,
  faults: list(text),
});

/** The control API as an OpenAPI 3.1 document; bodies come from the schemas that check them. */
export function openApi(origin: string): Schema {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Entra simulator: control API',
      version: '1.0.0',
      description: `Changes what the simulated cloud holds and breaks things on demand. Faults: ${faultCatalogue.map(({ name }) => name).join(', ')}.`,
    },
    servers: [{ url: origin }],
    paths,
    components: {
      schemas: {
        ...Object.fromEntries(Object.entries(bodies).map(([name, schema]) => [name, toSchema(schema)])),
        Settings: object({
          autoSignIn: { type: 'boolean' },
          codeLifetimeSeconds: number,
          tokenLifetimeSeconds: number,
          refreshTokenLifetimeSeconds: number,
        }),
        ArmedFault: armed,
        Certificate: certificate,
        Certificates: object({ items: list(certificate) }),
        Faults: object({
          catalogue: list(object({ name: text, at: list(text), says: text, outcome: text })),
          armed: list(armed),
        }),
        Requests: object({ items: list(recorded) }),
        Problem: object({
          type: text,
          title: text,
          status: number,
          code: text,
          detail: text,
          field: text,
          errors: list(object({ field: text, code: text, says: text })),
          instance: text,
        }),
      },
    },
  };
}

function toSchema(schema: z.ZodType): Schema {
  const made: Schema = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  delete made.$schema;
  return made;
}
