import { setTimeout as sleep } from 'node:timers/promises';
import { seed } from '@homerealm/entra-simulator/seed';
import type { ImportResponse, UserResponse } from '@homerealm/contracts';
import { fact } from '../fact.js';
import { hireAt } from '../simulated-people.js';
import type { Journey, Stage } from '../stage.js';
import { tellSignIn } from '../tell-sign-in.js';

/** From the import on: the second identity event is that of the account the first sign-in brought. */
const wanted = ['UserCreated', 'IdentityAdded', 'IdentityAdded', 'ProfileSynced', 'GroupsSynced', 'UserSignedIn'];

export const imported: Journey = {
  says: 'an imported user of a company is met by the first sign-in',
  play: async (stage) => {
    const ada = stage.somebody('Ada', 'Demo', seed.tenants.contoso.domains[0]);
    const account = await hireAt('contoso', ada, stage);
    stage.afterwards(account.remove);
    const row = { email: ada.email.toUpperCase(), given_name: 'Ada', connection: 'contoso' };
    const waiting = await importRow(stage, row, ada.email);
    stage.userGoesAfterwards(waiting.userId);
    fact(stage.say, 'before', `${waiting.userId} was imported by the row ${JSON.stringify(row)}`);
    fact(stage.say, 'done', `Ada types ${ada.email}; its domain leads to Contoso’s Entra, where she signs in.`);
    const tokens = await stage.signIn({ login_hint: ada.email }, { email: ada.email, password: account.password });
    if (tokens.sub !== waiting.userId) stage.userGoesAfterwards(tokens.sub);
    fact(stage.say, 'same user?', tokens.sub === waiting.userId ? 'yes: the imported user has waited for her' : 'NO');
    await tellSignIn(stage, tokens, wanted);
  },
};

async function importRow({ api, file, signal }: Stage, row: object, email: string): Promise<UserResponse> {
  const { directory } = file.urls;
  const line = `${JSON.stringify(row)}\n`;
  let state = await api.upload<ImportResponse>(`${directory}/imports`, 'application/x-ndjson', line);
  while (['receiving', 'running'].includes(state.state)) {
    await sleep(50, undefined, { signal });
    state = await api.get(`${directory}/imports/${state.importId}`);
  }
  if (state.counts.created !== 1) throw new Error(`the import made nobody: ${JSON.stringify(state)}`);
  const query = new URLSearchParams({ email });
  const { items } = await api.get<{ items: UserResponse[] }>(`${directory}/users?${query}`);
  if (!items[0]) throw new Error('the imported user is not there');
  return items[0];
}
