import type { StackChange } from '../../shared/preview/stack.ts';
import { touchedBy, touchedInWords } from '../../shared/provisioning/touched.ts';

const change = (action: StackChange['action'], logicalId: string): StackChange => ({
  action,
  logicalId,
  type: 'AWS::SQS::Queue',
  settings: [],
});

describe('what a change set does to a stack', () => {
  it('is kept by what becomes of each resource', () => {
    expect(
      touchedBy([change('create', 'A'), change('create', 'B'), change('maybe-replace', 'C'), change('import', 'D')]),
    ).toEqual({ added: ['A', 'B'], changed: ['C'], 'taken over': ['D'] });
  });

  it.each([
    [[change('create', 'A')], '1 resource added'],
    [[change('create', 'A'), change('create', 'B'), change('change', 'C')], '2 resources added, 1 changed'],
    [
      [change('delete', 'A'), change('replace', 'B'), change('import', 'C')],
      '1 resource taken over, 1 replaced, 1 removed',
    ],
    [[], 'its outputs alone'],
  ])('is said in words: %#', (changes, words) => expect(touchedInWords([touchedBy(changes)])).toBe(words));

  it('counts a resource once, whatever further change sets do to it', () => {
    const one = touchedBy([change('create', 'Database'), change('change', 'Logs')]);
    const two = touchedBy([change('change', 'Database'), change('change', 'Logs')]);
    expect(touchedInWords([one, two])).toBe('1 resource added, 1 changed');
  });
});
