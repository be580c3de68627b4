import { nameIn, type Site } from '../../shared/preview/model.ts';
import { logDaysOf } from '../../shared/preview/parts/care.ts';
import { type Part, ref } from '../template.ts';

/** What the pilot writes as it runs. It outlives the pilot, for as long as it is kept: something may have to be looked up. */
export const logsPart = (site: Site): Part => ({
  Resources: {
    Logs: {
      Type: 'AWS::Logs::LogGroup',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { LogGroupName: nameIn(site, 'log-group'), RetentionInDays: logDaysOf(site.manifest) },
    },
  },
  Outputs: { Logs: { Description: 'The log group', Value: ref('Logs') } },
});
