import { money } from '../../shared/cost/money.ts';
import { columns, wrapped } from '../../shared/plan-text/layout.ts';
import type { Screen } from '../../shared/plan-text/screen.ts';
import type { Estimate } from '../../shared/preview/estimate.ts';

/** What it costs: by component with the manifest's own traffic, then the month at each load. */
export function costLines(
  { components, fixed, perMillion, months, region, priceDate, approximate }: Estimate,
  screen: Screen,
): string[] {
  const { paint, width } = screen;
  const paid = components.filter((one) => one.fixed > 0 || one.perMillion > 0);
  const heads = [
    { heading: '' },
    { heading: 'a month', right: true },
    { heading: 'and a million requests', right: true },
  ] as const;
  const rows = [
    ...paid.map((one) => [one.component, amount(one.fixed), amount(one.perMillion)]),
    ['together', amount(fixed), amount(perMillion)],
  ];
  const loads = months.map(({ load, total, capacity }) => [
    load.name,
    `${load.requests} million`,
    `${load.peak}/s`,
    money(total),
    capacity ?? '',
  ]);
  return [
    ...columns(heads, rows, paint),
    '',
    ...columns(
      [
        { heading: 'traffic' },
        { heading: 'a month', right: true },
        { heading: 'peak', right: true },
        { heading: 'costs', right: true },
        { heading: 'with' },
      ],
      loads,
      paint,
    ),
    paint(
      'dim',
      wrapped(
        `US dollars without tax, in ${region}, by prices of ${priceDate}${approximate ? ', some of another region' : ''}. Traffic and use are guesses; a bill may differ.`,
        width,
        '  ',
      ),
    ),
  ];
}

const amount = (usd: number): string => (usd === 0 ? '—' : money(usd));
