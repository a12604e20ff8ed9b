import { checkAnswers } from './publisher.js';

describe('the answers to a send', () => {
  const chosen = new Set(['lamp.v1/0', 'lamp.v1/2']);
  const answer = (partition: number) => ({ topicName: 'lamp.v1', partition });

  it('are enough when every partition has one, also twice', () => {
    expect(() => checkAnswers(chosen, [answer(2), answer(0), answer(2)])).not.toThrow();
  });

  it.each([[[]], [[answer(0)]], [[answer(0), answer(1)]]])('are not enough when one is left out: %j', (answers) => {
    expect(() => checkAnswers(chosen, answers)).toThrow('no broker has acknowledged');
  });
});
