import { money } from '../../cost/money.ts';
import { ownDatabase } from '../database.ts';
import { databaseHour, instanceHour } from '../machines.ts';
import { type Judged, type Warn, when } from './warning.ts';

/** What may cost more than one thinks, or is not known well. */
export const MONEY: readonly Warn[] = [
  (judged) => {
    const { over, text } = overBudget(judged);
    return when(over && judged.site.manifest.budget?.gate === 'warn', 'OVER_BUDGET', text, WAYS_DOWN);
  },
  ({ cost }) =>
    when(
      cost.approximate,
      'COST_APPROXIMATE',
      `not all prices of ${cost.region} are known: those of us-east-1 stand in`,
      'take the estimate as a rough one',
    ),
  ({ storage, site: { manifest } }) => {
    const said = ownDatabase(manifest)?.storage ?? 0;
    return when(
      storage !== undefined && said > 0 && storage > said,
      'STORAGE_GROWN',
      `RDS has let the database grow to ${storage} GB: it stays so, and costs more than the ${said} GB that are reckoned here`,
      `none is needed: database.storage is what it began with; ${storage} reckons with what there is`,
    );
  },
  ({ components, site: { manifest } }) => {
    const types = components.flatMap(({ resources }) =>
      resources.flatMap(({ settings }) => [settings.instance, settings.class].filter((type) => type !== undefined)),
    );
    const isKnown = (type: string) =>
      !(type.startsWith('db.') ? databaseHour(manifest.database?.engine ?? 'postgres', type) : instanceHour(type))
        .reckoned;
    const unknown = [...new Set(types)].filter((type) => !isKnown(type));
    return when(
      unknown.length > 0,
      'PRICE_UNKNOWN',
      `the price of ${unknown.join(' and ')} is not known: reckoned as m7g of as many vCPUs`,
      'look it up at https://calculator.aws',
    );
  },
];

const WAYS_DOWN = 'raise budget.monthly, or look in the plan’s costs for what costs most';

/** Whether the month of the manifest’s own traffic costs more than its budget. */
export function overBudget({ site: { manifest }, cost }: Pick<Judged, 'site' | 'cost'>): {
  over: boolean;
  text: string;
} {
  const total = cost.months[0]?.total ?? 0;
  const { budget } = manifest;
  return {
    over: budget !== undefined && total > budget.monthly,
    text: `it costs about ${money(total)} a month, and the budget is ${money(budget?.monthly ?? 0)}`,
  };
}
