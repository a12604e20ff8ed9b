import { canonical, type Fact, type Finding } from './facts.js';

/** The last state of each subject of a state topic; erased ones are not there. */
export function fold(facts: readonly Fact[], topic: string): Map<string, unknown> {
  const states = new Map<string, { revision: number; value: string | null }>();
  for (const fact of facts) {
    if (fact.topic !== topic || fact.revision <= (states.get(fact.key)?.revision ?? 0)) continue;
    states.set(fact.key, { revision: fact.revision, value: fact.value });
  }
  return new Map(
    [...states].flatMap(([subject, { value }]) => (value === null ? [] : [[subject, JSON.parse(value) as unknown]])),
  );
}

/** A read model is what its events add up to: the same subjects, and of each the same values. */
export function checkFolded(
  name: string,
  folded: ReadonlyMap<string, unknown>,
  rows: ReadonlyMap<string, unknown>,
): Finding[] {
  const check = `read model: ${name}`;
  const missing = [...folded.keys()].filter((subject) => !rows.has(subject));
  const findings: Finding[] = missing.map((about) => ({ check, about, says: 'is not there' }));
  for (const [about, row] of rows) {
    const state = folded.get(about);
    if (state === undefined) findings.push({ check, about, says: 'is there, and its events say it is not' });
    else if (canonical(state) !== canonical(row)) {
      findings.push({ check, about, says: `is ${cut(canonical(row))}, and its events say ${cut(canonical(state))}` });
    }
  }
  return findings;
}

const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text);
