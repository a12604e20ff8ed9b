import type { FederationSetupResponse, SetupResponse } from '@homerealm/contracts';

const marks = { there: 'x', missing: ' ', unknown: '?' } as const;

/** The set-up pack as a text to send to whoever looks after the tenant. */
export function setupMarkdown(displayName: string, pack: SetupResponse): string {
  return [
    `# Set up Microsoft Entra ID for ${plainText(displayName)}`,
    `Redirect URI, platform *Web*:\n\n${codeBlock('', pack.redirectUri)}`,
    `## With the Azure CLI\n\n${codeBlock('sh', pack.commands.join('\n'))}`,
    `## Or by hand\n\nMerge this into the app registration’s manifest:\n\n${codeBlock('json', JSON.stringify(pack.manifest, null, 2))}`,
    `Then an administrator opens the consent link:\n\n${codeBlock('', pack.adminConsentUrl)}`,
    itemsMarkdown(pack),
    '',
  ].join('\n\n');
}

export const codeBlock = (language: string, text: string): string => `\`\`\`${language}\n${text}\n\`\`\``;

/** What is there, as the latest test run showed it. */
export function itemsMarkdown({ items, testedBy }: SetupResponse | FederationSetupResponse): string {
  const lines = items.map(({ item, state, says }) => `- [${marks[state]}] **${item}** (${state}) ${says}`);
  const tested = testedBy
    ? `As the test run of ${testedBy.finishedAt} showed it.`
    : 'Nobody tested the connection yet.';
  return `## What is there\n\n${tested}\n\n${lines.join('\n')}`;
}

/** A name as text: nothing in it is markup. */
export const plainText = (text: string): string =>
  text.replace(/[\s\p{Cc}]+/gu, ' ').replace(/[\\`*_{}[\]()#+\-.!|<>~&]/g, '\\$&');
