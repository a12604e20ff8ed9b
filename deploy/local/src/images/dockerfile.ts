/** One instruction of a Dockerfile, lines joined. */
type Instruction = { word: string; rest: string };

/** What is wrong with a Dockerfile of ours, in sentences; nothing when it keeps the rules. */
export function dockerfileProblems(text: string): string[] {
  const instructions = parse(text);
  const stages = splitStages(instructions);
  const last = stages.at(-1) ?? [];
  const has = (word: string) => last.some((instruction) => instruction.word === word);
  const rest = (word: string) => last.findLast((instruction) => instruction.word === word)?.rest ?? '';
  const rules: [boolean, string][] = [
    [stages.length >= 2, 'It builds and ships in one stage: what is needed to build must not be shipped.'],
    [/^[1-9]\d{3,}(:\d+)?$/.test(rest('USER')), 'The image does not end as a numbered user other than root.'],
    [has('HEALTHCHECK'), 'There is no HEALTHCHECK.'],
    [!/curl|wget/.test(rest('HEALTHCHECK')), 'The HEALTHCHECK needs a program the image does not have.'],
    [/^\[/.test(rest('CMD')), 'CMD is not a list: a shell would stand between the engine’s signals and the service.'],
    [!has('RUN'), 'The shipped stage runs commands: it should only copy what was built.'],
    [
      last.every(({ word, rest: what }) => word !== 'COPY' || what.includes('--from=')),
      'The shipped stage copies sources.',
    ],
    [instructions.every(({ word }) => word !== 'ADD'), 'ADD fetches and unpacks by itself; use COPY.'],
    [instructions.every((instruction) => !carriesSecret(instruction)), 'An ARG or ENV is named like a secret.'],
    [instructions.every((instruction) => !isUnpinned(instruction, instructions)), 'A base image has no version.'],
  ];
  return rules.filter(([kept]) => !kept).map(([, problem]) => problem);
}

/** The shell commands that build, in order: `RUN` of every stage. */
export const buildCommands = (text: string): string[] =>
  parse(text)
    .filter(({ word }) => word === 'RUN')
    .map(({ rest }) => rest);

function parse(text: string): Instruction[] {
  const lines = text
    .replaceAll(/^\s*#.*$/gm, '')
    .replaceAll(/\\\n/g, ' ')
    .split('\n');
  return lines
    .map((line) => /^\s*(\w+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, word = '', rest = '']) => ({ word: word.toUpperCase(), rest: rest.trim() }));
}

function splitStages(instructions: Instruction[]): Instruction[][] {
  const stages: Instruction[][] = [];
  for (const instruction of instructions) {
    if (instruction.word === 'FROM') stages.push([]);
    stages.at(-1)?.push(instruction);
  }
  return stages;
}

const carriesSecret = ({ word, rest }: Instruction): boolean =>
  (word === 'ARG' || word === 'ENV') && /secret|password|token|_key/i.test(rest);

/** `FROM image` without a tag or digest, with `latest`, or from an ARG whose default is such. */
function isUnpinned({ word, rest }: Instruction, all: Instruction[]): boolean {
  if (word !== 'FROM') return false;
  const [image = ''] = rest.split(/\s+/);
  const argument = /^\$\{?(\w+)\}?$/.exec(image)?.[1];
  const name = argument ? defaultOf(argument, all) : image;
  return !/[:@]/.test(name) || name.endsWith(':latest');
}

const defaultOf = (argument: string, all: Instruction[]): string =>
  all.find(({ word, rest }) => word === 'ARG' && rest.startsWith(`${argument}=`))?.rest.slice(argument.length + 1) ??
  '';
