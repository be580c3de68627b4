import { isPreview } from '../../shared/manifest/identifiers.ts';
import { nameIn, type Site } from '../../shared/preview/model.ts';
import { logDaysOf } from '../../shared/preview/parts/care.ts';
import { type Part, type Resource, ref } from '../template.ts';

/** What the pilot writes as it runs. */
export const logsPart = (site: Site): Part => ({
  Resources: { Logs: logGroup(site, 'log-group') },
  Outputs: { Logs: { Description: 'The log group', Value: ref('Logs') } },
});

/** It outlives the pilot, for as long as it is kept: something may have to be looked up. That of a preview goes with it. */
export const logGroup = (site: Site, kind: 'log-group' | 'access-log-group', ...parts: string[]): Resource => ({
  Type: 'AWS::Logs::LogGroup',
  ...(isPreview(site.environment) ? GONE : KEPT),
  Properties: { LogGroupName: nameIn(site, kind, ...parts), RetentionInDays: logDaysOf(site.manifest) },
});

const KEPT = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' } as const;
const GONE = { DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' } as const;
