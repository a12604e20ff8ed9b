import { seed } from '@homerealm/entra-simulator/seed';
import type { TenantRequestsResponse } from '@homerealm/contracts';
import { makeConnection } from '../demo-connection.js';
import { fact } from '../fact.js';
import { hireAt } from '../simulated-people.js';
import type { Journey, Stage } from '../stage.js';
import { tellRecord } from '../tell-record.js';
import { ofSomebodyNew, tellSignIn } from '../tell-sign-in.js';

const { contoso, fabrikam } = seed.tenants;

export const secondCompany: Journey = {
  says: 'a second company comes through the common endpoint, once an admin has approved it',
  play: async (stage) => {
    const connectionId = await openToAll(stage);
    const frida = stage.somebody('Frida', 'Demo', fabrikam.domains[0]);
    const { password, remove } = await hireAt('fabrikam', frida, stage);
    stage.afterwards(remove);
    const [wishes, typed] = [
      { connection_id: connectionId, login_hint: frida.email },
      { email: frida.email, password },
    ];
    fact(stage.say, 'before', `${connectionId} takes accounts of any company, if its tenant is listed: Contoso’s is.`);
    fact(stage.say, 'done', `Frida of Fabrikam (${frida.email}) signs in through it.`);
    tellRecord(stage.say, (await stage.beRefused(wishes, typed)).attempt);

    stage.say('');
    await approve(stage, connectionId);
    fact(stage.say, 'done', 'Frida tries again.');
    const tokens = await stage.signIn(wishes, typed, ['upstream.tenant-not-allowed']);
    stage.userGoesAfterwards(tokens.sub);
    await tellSignIn(stage, tokens, ofSomebodyNew);
  },
};

async function openToAll(stage: Stage): Promise<string> {
  const app = seed.apps.multiTenant;
  const { connection, remove } = await makeConnection(
    stage,
    { app },
    {
      ...{ displayName: 'Any company (npm run demo)', entraDomain: contoso.id },
      ...{ clientId: app.clientId, clientSecret: app.secrets[0]?.value },
      ...{ useCommonEndpoint: true, allowedTenants: [contoso.id] },
    },
  );
  stage.afterwards(remove);
  return connection.connectionId;
}

/** What waits is heard of by an event, so it may take a moment. */
async function approve(stage: Stage, connectionId: string): Promise<void> {
  const { api, file, signal } = stage;
  const requests = `${file.urls.registry}/connections/${connectionId}/tenant-requests`;
  await stage.events.until(connectionId, (seen) => seen.some(({ type }) => type === 'TenantRequested'), signal);
  const { items } = await api.get<TenantRequestsResponse>(requests);
  for (const { tenantId, tries, decision } of items) {
    fact(stage.say, 'waiting room', `tenant ${tenantId}, ${tries} ${tries === 1 ? 'try' : 'tries'}, ${decision}`);
  }
  await api.post(`${requests}/${fabrikam.id}/approve`, undefined);
  fact(stage.say, 'done', 'An admin approves the tenant.');
  await stage.tellEvents(connectionId, ['TenantRequested', 'TenantDecided']);
}
