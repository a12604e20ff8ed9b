import type { UserResponse } from '@homerealm/contracts';
import { fact } from '../fact.js';
import { joinAt } from '../simulated-people.js';
import type { Journey } from '../stage.js';
import { ofSomebodyNew, tellSignIn } from '../tell-sign-in.js';

export const linkedin: Journey = {
  says: 'through LinkedIn, whose word is not trusted: an address links to nobody',
  play: async (stage) => {
    const ada = stage.somebody('Ada', 'Demo');
    const there = await stage.api.post<UserResponse>(`${stage.file.urls.directory}/users`, {
      profile: { givenName: ada.givenName, familyName: ada.familyName },
      identities: [{ type: 'email', email: ada.email, verified: true }],
    });
    stage.userGoesAfterwards(there.userId);
    fact(stage.say, 'before', `${there.userId} has the verified address ${ada.email}.`);
    const account = await joinAt('linkedin', ada, stage);
    stage.afterwards(account.remove);
    fact(
      stage.say,
      'done',
      'Somebody signs in with LinkedIn, which says that this very address is theirs, and verified.',
    );
    const connectionId = await stage.connectionNamed('linkedin');
    const tokens = await stage.signIn({ connection_id: connectionId }, { email: ada.email, choice: account.tile });
    if (tokens.sub !== there.userId) stage.userGoesAfterwards(tokens.sub);
    fact(stage.say, 'same user?', tokens.sub === there.userId ? 'YES' : 'no: an address nobody proved links nothing');
    await tellSignIn(stage, tokens, ofSomebodyNew);
  },
};
