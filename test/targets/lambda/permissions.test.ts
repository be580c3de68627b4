import { absentFrom, isOfUrl, permissionsFor, superfluous } from '../../../shared/targets/lambda/permissions.ts';
import { reservationBefore } from '../../../shared/targets/lambda/reserved.ts';

const sources = { distribution: 'arn:distribution', rule: 'arn:rule' };
const ids = (...wants: Parameters<typeof permissionsFor>) => permissionsFor(...wants).map(({ id }) => id);

it('lets in who is meant to call, and nobody else', () => {
  expect(ids({}, {})).toEqual([]);
  expect(ids({ url: 'everybody' }, {})).toEqual(['pilotage-url-everybody', 'pilotage-call-everybody']);
  expect(ids({ url: 'cdn' }, sources)).toEqual(['pilotage-url-cdn', 'pilotage-call-cdn', 'pilotage-uploads']);
  expect(ids({ url: 'cdn' }, {})).toEqual([]);
  for (const { principal, sourceArn } of permissionsFor({ url: 'cdn' }, sources)) {
    expect(principal).not.toBe('*');
    expect(sourceArn).toBeDefined();
  }
});

it('adds what is absent, and takes away what is Pilotage’s own and of no use', () => {
  const wants = permissionsFor({ url: 'everybody' }, {});
  expect(absentFrom(['pilotage-url-everybody'], wants).map(({ id }) => id)).toEqual(['pilotage-call-everybody']);
  const has = ['by-hand', 'pilotage-url-everybody', 'pilotage-call-everybody', 'pilotage-uploads'];
  expect(superfluous(has, { url: 'everybody', events: 'uploads/' })).toEqual([]);
  expect(superfluous(has, { url: 'cdn' })).toEqual(has.slice(1));
  expect(superfluous(has, {}).filter(isOfUrl)).toEqual(has.slice(1, 3));
});

it.each([
  [undefined, undefined, true, 'leave'],
  [5, undefined, true, 'leave'],
  [undefined, 5, true, 'leave'],
  [undefined, 5, false, 5],
  [5, 10, true, 10],
  [10, 5, true, 'leave'],
  [5, 5, false, 'leave'],
] as const)(
  'of %s calls reserved and %s wanted, while another version serves: %s, it makes %s',
  (has, wants, serves, makes) => {
    expect(reservationBefore(has, wants, serves)).toBe(makes);
  },
);
