import { z } from 'zod';
import { faultCatalogue } from '../faults/catalogue.js';
import {
  AppChange,
  FaultChange,
  GroupsChange,
  KeyRotation,
  SettingsChange,
  TenantChange,
  UserChange,
} from './schemas.js';

type Schema = Record<string, unknown>;

const bodies = { SettingsChange, TenantChange, UserChange, GroupsChange, AppChange, FaultChange, KeyRotation };
const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const content = (schema: Schema) => ({ 'application/json': { schema } });
const answer = (description: string, schema?: Schema) => ({
  description,
  ...(schema ? { content: content(schema) } : {}),
});

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: refTo('Problem') } },
});

type Sketch = { summary: string; body?: keyof typeof bodies; answers: Record<string, unknown>; id?: string };

function operation({ summary, body, answers, id }: Sketch): Schema {
  return {
    summary,
    ...(id
      ? { parameters: [{ name: id, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }] }
      : {}),
    ...(body ? { requestBody: { required: body !== 'KeyRotation', content: content(refTo(body)) } } : {}),
    responses: {
      ...answers,
      ...(body ? { 400: problem('The body is wrong; `field` says where.'), 415: problem('Not JSON.') } : {}),
    },
  };
}

const done = { 204: answer('Done.') };
const notThere = { 404: problem('There is no such thing.') };
const anObject = { type: 'object' };

const paths = {
  '/_sim/settings': {
    get: operation({ summary: 'The settings', answers: { 200: answer('All settings.', refTo('Settings')) } }),
    put: operation({
      summary: 'Change settings',
      body: 'SettingsChange',
      answers: { 200: answer('All settings.', refTo('Settings')) },
    }),
  },
  '/_sim/tenants': {
    post: operation({
      summary: 'Create or change a company',
      body: 'TenantChange',
      answers: { 200: answer('The company.', anObject) },
    }),
  },
  '/_sim/users': {
    post: operation({
      summary: 'Create a person, or change the given fields',
      body: 'UserChange',
      answers: { 200: answer('The person.', anObject) },
    }),
  },
  '/_sim/users/{oid}': {
    delete: operation({ summary: 'Remove a person', id: 'oid', answers: { ...done, ...notThere } }),
  },
  '/_sim/users/{oid}/groups': {
    put: operation({
      summary: 'Put a person into exactly these groups',
      id: 'oid',
      body: 'GroupsChange',
      answers: { 200: answer('The group ids.', anObject), ...notThere },
    }),
  },
  '/_sim/apps': {
    post: operation({
      summary: 'Register an app, or change the given fields',
      body: 'AppChange',
      answers: { 200: answer('The app, without its secrets.', anObject) },
    }),
  },
  '/_sim/faults': {
    get: operation({
      summary: 'Every fault there is, and those that are armed',
      answers: { 200: answer('Both lists.', refTo('Faults')) },
    }),
    post: operation({
      summary: 'Arm a fault',
      body: 'FaultChange',
      answers: { 201: answer('The armed fault.', refTo('ArmedFault')) },
    }),
    delete: operation({ summary: 'Lift all faults', answers: done }),
  },
  '/_sim/faults/{id}': {
    delete: operation({ summary: 'Lift one fault', id: 'id', answers: { ...done, ...notThere } }),
  },
  '/_sim/requests': {
    get: operation({
      summary: 'What was asked of the simulated cloud, secrets left out',
      answers: { 200: answer('Oldest first, the last 2,000.', refTo('Requests')) },
    }),
    delete: operation({ summary: 'Forget the requests', answers: done }),
  },
  '/_sim/keys/rotate': {
    post: operation({
      summary: 'Sign with a new key from now on',
      body: 'KeyRotation',
      answers: { 200: answer('The new key’s id.', anObject) },
    }),
  },
  '/_sim/reset': { post: operation({ summary: 'Everything as at the start, except the keys', answers: done }) },
};

const text = { type: 'string' };
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
