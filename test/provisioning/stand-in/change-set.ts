import type { ChangeSetStatus, ExecutionStatus } from '@aws-sdk/client-cloudformation';
import type { Made } from './stack.ts';
import type { Shape } from './wire.ts';

export interface ChangeSet {
  type: 'CREATE' | 'UPDATE';
  template: Made;
  status: ChangeSetStatus;
  execution: ExecutionStatus;
  reason?: string;
  changes: Shape[];
  /** The resources that it changes. */
  names: string[];
  tags: Record<string, string>;
  role: string;
}

/** What an update does to a resource that it changes; it keeps it where nothing is said. */
export type Replacement = Map<string, 'True' | 'Conditional'>;

/** @param input of `CreateChangeSet`, as it comes over the wire. */
export function changeSetOf(input: URLSearchParams, before: Made, replacement: Replacement): ChangeSet {
  const template = JSON.parse(input.get('TemplateBody') ?? '') as Made;
  const all = new Set([...Object.keys(before.Resources), ...Object.keys(template.Resources)]);
  const text = (of: Made, name: string) => JSON.stringify(of.Resources[name]);
  const names = [...all].filter((name) => text(before, name) !== text(template, name));
  const isSame = names.length === 0 && JSON.stringify(before.Outputs) === JSON.stringify(template.Outputs);
  return {
    type: input.get('ChangeSetType') as ChangeSet['type'],
    template,
    names,
    changes: names.map((name) => changeOf(name, before, template, replacement)),
    status: isSame ? 'FAILED' : 'CREATE_COMPLETE',
    execution: isSame ? 'UNAVAILABLE' : 'AVAILABLE',
    ...(isSame && { reason: "The submitted information didn't contain changes." }),
    role: input.get('RoleARN') ?? '',
    tags: tagsOf(input),
  };
}

function tagsOf(input: URLSearchParams): Record<string, string> {
  const keys = [...input].filter(([name]) => /^Tags\.member\.\d+\.Key$/.test(name));
  return Object.fromEntries(keys.map(([name, key]) => [key, input.get(name.replace(/Key$/, 'Value')) ?? '']));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ResourceChange.html */
function changeOf(name: string, before: Made, after: Made, replacement: Replacement): Shape {
  const [old, now] = [before.Resources[name], after.Resources[name]];
  const Action = old ? (now ? 'Modify' : 'Remove') : 'Add';
  return {
    Type: 'Resource',
    ResourceChange: {
      Action,
      LogicalResourceId: name,
      ResourceType: (now ?? old)?.Type,
      PhysicalResourceId: old && name.toLowerCase(),
      PolicyAction: Action === 'Remove' ? old?.DeletionPolicy : undefined,
      ...(Action === 'Modify' && {
        Replacement: replacement.get(name) ?? 'False',
        Details: differing(old?.Properties, now?.Properties).map((Name) => ({
          Target: { Attribute: 'Properties', Name, RequiresRecreation: 'Always' },
        })),
      }),
    },
  };
}

function differing(old: Record<string, unknown> = {}, now: Record<string, unknown> = {}): string[] {
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(now[name]));
}
