import {
  AppChange,
  CertificateAddition,
  FaultChange,
  GroupsChange,
  KeyRotation,
  SettingsChange,
  SocialPersonAddition,
  TenantChange,
  UserChange,
} from './schemas.js';

export type Schema = Record<string, unknown>;

export const bodies = {
  ...{ SettingsChange, TenantChange, UserChange, GroupsChange, AppChange },
  ...{ SocialPersonAddition, CertificateAddition, FaultChange, KeyRotation },
};

export const refTo = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const content = (schema: Schema) => ({ 'application/json': { schema } });
const answer = (description: string, schema?: Schema) => ({
  description,
  ...(schema ? { content: content(schema) } : {}),
});

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: refTo('Problem') } },
});

type Sketch = { summary: string; body?: keyof typeof bodies; answers: Record<string, unknown>; ids?: string[] };

function operation({ summary, body, answers, ids }: Sketch): Schema {
  return {
    summary,
    ...(ids ? { parameters: ids.map(inPath) } : {}),
    ...(body
      ? {
          requestBody: {
            required: body !== 'KeyRotation' && body !== 'CertificateAddition',
            content: content(refTo(body)),
          },
        }
      : {}),
    responses: {
      ...answers,
      ...(body ? { 400: problem('The body is wrong; `field` says where.'), 415: problem('Not JSON.') } : {}),
    },
  };
}

const pathSchemas: Record<string, Schema> = { thumbprint: { type: 'string' }, person: { type: 'integer' } };

const inPath = (name: string) => ({
  name,
  in: 'path',
  required: true,
  schema: pathSchemas[name] ?? { type: 'string', format: 'uuid' },
});

const done = { 204: answer('Done.') };
const notThere = { 404: problem('There is no such thing.') };
const anObject = { type: 'object' };

/** What can be asked of the control API. */
export const paths = {
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
    delete: operation({ summary: 'Remove a person', ids: ['oid'], answers: { ...done, ...notThere } }),
  },
  '/_sim/users/{oid}/groups': {
    put: operation({
      summary: 'Put a person into exactly these groups',
      ids: ['oid'],
      body: 'GroupsChange',
      answers: { 200: answer('The group ids.', anObject), ...notThere },
    }),
  },
  '/_sim/social-people': {
    post: operation({
      summary: 'Give somebody an account at a social provider',
      body: 'SocialPersonAddition',
      answers: { 201: answer('The person, with the account’s number.', anObject) },
    }),
  },
  '/_sim/social-people/{person}': {
    delete: operation({ summary: 'Remove somebody added so', ids: ['person'], answers: { ...done, ...notThere } }),
  },
  '/_sim/apps': {
    post: operation({
      summary: 'Register an app, or change the given fields',
      body: 'AppChange',
      answers: { 200: answer('The app, without its secrets.', anObject) },
    }),
  },
  '/_sim/apps/{app}/certificates': {
    get: operation({
      summary: 'The certificates an app’s assertions may be signed with',
      ids: ['app'],
      answers: { 200: answer('The active one first.', refTo('Certificates')), ...notThere },
    }),
    post: operation({
      summary: 'Give an app one more certificate, which does not sign yet',
      ids: ['app'],
      body: 'CertificateAddition',
      answers: { 201: answer('The certificate.', refTo('Certificate')), ...notThere },
    }),
  },
  '/_sim/apps/{app}/certificates/{thumbprint}/activate': {
    post: operation({
      summary: 'Sign an app’s assertions with this certificate from now on',
      ids: ['app', 'thumbprint'],
      answers: { 200: answer('All of them.', refTo('Certificates')), ...notThere },
    }),
  },
  '/_sim/apps/{app}/certificates/{thumbprint}': {
    delete: operation({
      summary: 'Take away a certificate that does not sign',
      ids: ['app', 'thumbprint'],
      answers: { ...done, ...notThere },
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
    delete: operation({ summary: 'Lift one fault', ids: ['id'], answers: { ...done, ...notThere } }),
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
