import { seed } from '@homerealm/entra-simulator/seed';
import { makeConnection } from '../demo-connection.js';
import { fact } from '../fact.js';
import { hireAt } from '../simulated-people.js';
import type { Journey, Stage } from '../stage.js';
import { tellRecord } from '../tell-record.js';
import { ofSomebodyNew, tellSignIn } from '../tell-sign-in.js';

const { contoso } = seed.tenants;
const app = seed.apps.contoso;

export const failed: Journey = {
  says: 'a sign-in fails, its record says why, and the admin mends it',
  play: async (stage) => {
    const { connectionId, credentials } = await connectWrongly(stage);
    const ada = stage.somebody('Ada', 'Demo', contoso.domains[0]);
    const { password, remove } = await hireAt('contoso', ada, stage);
    stage.afterwards(remove);
    const [wishes, typed] = [
      { connection_id: connectionId, login_hint: ada.email },
      { email: ada.email, password },
    ];
    fact(stage.say, 'before', `${connectionId} leads to Contoso, but has a client secret that Contoso does not know.`);
    fact(stage.say, 'done', `Ada (${ada.email}) signs in through it, with the right password.`);
    const { attempt, page } = await stage.beRefused(wishes, typed);
    fact(stage.say, 'Ada reads', `“${page}”`);
    tellRecord(stage.say, attempt);
    await stage.tellEvents(attempt.attemptId, ['SignInRefused']);

    stage.say('');
    const home = `${stage.file.urls.registry}/connections/${connectionId}/credentials`;
    await stage.api.post(home, { secret: app.secrets[0]?.value });
    for (const { credentialId } of credentials) await stage.api.delete(`${home}/${credentialId}`);
    fact(stage.say, 'done', 'The admin stores the right secret, deletes the wrong one; Ada tries again.');
    const tokens = await stage.signIn(wishes, typed, ['upstream.credentials-refused']);
    stage.userGoesAfterwards(tokens.sub);
    await tellSignIn(stage, tokens, ofSomebodyNew);
  },
};

async function connectWrongly(stage: Stage) {
  const { connection, remove } = await makeConnection(
    stage,
    { app },
    {
      ...{ displayName: 'Contoso, set up wrongly (npm run demo)', entraDomain: contoso.id },
      ...{ clientId: app.clientId, clientSecret: 'not~the~secret~that~Entra~knows' },
    },
  );
  stage.afterwards(remove);
  return connection;
}
