import { fact } from '../fact.js';
import type { Journey } from '../stage.js';
import { tellSignIn } from '../tell-sign-in.js';

export const email: Journey = {
  says: 'somebody without a company signs up by email',
  play: async (stage) => {
    const ada = stage.somebody('Ada', 'Demo');
    fact(stage.say, 'done', `Ada types ${ada.email}, then the code from her mailbox, then her name.`);
    const { givenName, familyName } = ada;
    const tokens = await stage.signIn({}, { email: ada.email, fields: { givenName, familyName, username: '' } });
    stage.userGoesAfterwards(tokens.sub);
    await tellSignIn(stage, tokens, ['UserCreated', 'IdentityAdded', 'UserSignedIn']);
  },
};
