import type { Template } from '../../templates/template.ts';
import { holdsData } from '../planning/stack-changes.ts';
import { DATABASE_TYPE, REPLICA } from './database-at-risk.ts';

/**
 * The stack's policy, which CloudFormation itself keeps to, whoever updates the
 * stack: what holds data is never replaced, and deleted only where the template keeps it all the same.
 * By type, since a policy may name no resource that is not there yet.
 * @param mayLoseDatabase the manifest says that the database may go.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/protect-stack-resources.html
 */
export function policyOf({ Resources }: Template, mayLoseDatabase = false): string {
  const holding = Object.values(Resources).filter(
    ({ Type }) => holdsData(Type) && !(mayLoseDatabase && Type === DATABASE_TYPE),
  );
  const types = typesOf(holding);
  const lost = typesOf(holding.filter(({ DeletionPolicy }) => DeletionPolicy !== 'Retain'));
  return JSON.stringify({
    Statement: [
      { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
      ...deny('Update:Replace', types),
      ...deny('Update:Delete', lost),
    ],
  });
}

const typesOf = (resources: { Type: string }[]): string[] => [...new Set(resources.map(({ Type }) => Type))].sort();

const deny = (Action: string, types: string[]): object[] =>
  types.length === 0
    ? []
    : [
        {
          Effect: 'Deny',
          Action,
          Principal: '*',
          // A copy of the database may come and go; nothing is lost with it.
          ...(types.includes(DATABASE_TYPE) ? { NotResource: `LogicalResourceId/${REPLICA}*` } : { Resource: '*' }),
          Condition: { StringEquals: { ResourceType: types } },
        },
      ];
