import { EntraError, describe } from '../entra/errors.js';
import type { Exchange } from '../http/exchange.js';
import type { Simulation } from '../simulation.js';
import type { FaultRow } from './row.js';

/** The parameters that go back to the application, in order; names may repeat. */
export type Reply = [name: string, value: string][];
type World = { exchange: Exchange; app: string; user: string; idToken(): Promise<string> };
type Row = FaultRow & { change(reply: Reply, world: World): Reply | Promise<Reply> };

const row = (says: string, change: Row['change']): Row => ({ says, outcome: 'refused', change });

/** Faults of what the browser carries back to the application. */
export const authorizeFaults = {
  'id-token-in-front-channel': row(
    'The browser carries an id_token beside the code, though only a code was asked for.',
    async (reply, world) => [...reply, ['id_token', await world.idToken()]],
  ),
  'wrong-state': row('The state is another one.', (reply) => withState(reply, ['not-the-state-you-sent'])),
  'repeated-state': row('The state comes twice, once wrong.', (reply) =>
    withState(reply, [stateOf(reply), 'not-the-state-you-sent']),
  ),
  'error-crlf': row('The error parameter holds line breaks and characters outside Latin-1.', (reply) => [
    ['error', 'server_error\r\nSet-Cookie: stolen=1\r\n\r\n\u20ac\u{1f600}'],
    ['error_description', 'Line one\r\nX-Injected: yes\r\n\u4f60\u597d'],
    ['state', stateOf(reply)],
  ]),
  'consent-required': row('Nobody has consented to the application (AADSTS65001).', (reply, world) =>
    refusal(new EntraError(65001, { app: world.app }), reply, world),
  ),
  'not-assigned': row('The person is not assigned to the application (AADSTS50105).', (reply, world) =>
    refusal(new EntraError(50105, { app: world.app, user: world.user }), reply, world),
  ),
  'conditional-access': row('A Conditional Access policy blocks the sign-in (AADSTS53003).', (reply, world) =>
    refusal(new EntraError(53003), reply, world),
  ),
} satisfies Record<string, Row>;

/** The reply, changed by every fault that is armed for it. */
export async function spoilReply(reply: Reply, world: World & { simulation: Simulation }): Promise<Reply> {
  let spoiled = reply;
  for (const [name, { change }] of Object.entries(authorizeFaults)) {
    if (world.simulation.faults.take(name, world.exchange)) spoiled = await change(spoiled, world);
  }
  return spoiled;
}

function refusal(error: EntraError, reply: Reply, { exchange }: { exchange: Exchange }): Reply {
  return [
    ['error', error.error],
    ['error_description', describe(error, exchange, new Date())],
    ['state', stateOf(reply)],
  ];
}

function stateOf(reply: Reply): string {
  return reply.find(([name]) => name === 'state')?.[1] ?? '';
}

function withState(reply: Reply, states: string[]): Reply {
  return [...reply.filter(([name]) => name !== 'state'), ...states.map((state): [string, string] => ['state', state])];
}
