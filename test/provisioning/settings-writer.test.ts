import type { StackChange } from '../../shared/preview/stack.ts';
import { severed } from '../../shared/provisioning/at-risk.ts';

const gone = (logicalId: string): StackChange => ({
  action: 'delete',
  type: 'AWS::EFS::AccessPoint',
  logicalId,
  settings: [],
});

it('what writes settings may leave the stack; the access point of what serves may not', () => {
  expect(severed([gone('SettingsAccessPoint'), gone('AccessPoint')])).toEqual([gone('AccessPoint')]);
});
