import { absentFrom, isOfUrl, permissionsFor, superfluous } from '../../../shared/targets/lambda/permissions.ts';
import { reservationBefore } from '../../../shared/targets/lambda/reserved.ts';

const API = 'arn:aws:execute-api:us-east-1:123456789012:abc123/*';
const TARGETS = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/function-1/6d0ecf831eec9f09';
const ids = (...wants: Parameters<typeof permissionsFor>) => permissionsFor(...wants).map(({ id }) => id);

it('lets in who is meant to call, and nobody else', () => {
  const byApi = permissionsFor({ through: 'http-api' }, { front: API, rule: 'arn:rule' });
  expect(ids({}, {})).toEqual([]);
  expect(ids({ url: 'everybody' }, {})).toEqual(['pilotage-url-everybody', 'pilotage-call-everybody']);
  expect(byApi.map(({ id }) => id)).toEqual(['pilotage-api-abc123', 'pilotage-uploads']);
  expect(ids({ through: 'load-balancer' }, { front: TARGETS })).toEqual(['pilotage-balancer-6d0ecf831eec9f09']);
  expect(ids({ through: 'load-balancer' }, {})).toEqual([]);
  for (const { principal, sourceArn } of byApi) {
    expect(principal).not.toBe('*');
    expect(sourceArn).toBeDefined();
  }
});

it('adds what is absent, and takes away what is Pilotage’s own and of no use', () => {
  const wants = permissionsFor({ url: 'everybody' }, {});
  expect(absentFrom(['pilotage-url-everybody'], wants).map(({ id }) => id)).toEqual(['pilotage-call-everybody']);
  const has = ['by-hand', 'pilotage-url-everybody', 'pilotage-call-everybody', 'pilotage-uploads'];
  expect(superfluous(has, { url: 'everybody', events: 'uploads/' }, {})).toEqual([]);
  const fronts = ['pilotage-api-abc123', 'pilotage-api-older', 'pilotage-balancer-6d0ecf831eec9f09'];
  expect(superfluous([...has, ...fronts], {}, { Api: API })).toEqual([...has.slice(1), ...fronts.slice(1)]);
  expect(superfluous(fronts, { url: 'everybody' }, { FunctionTargets: TARGETS })).toEqual(fronts.slice(0, 2));
  expect(superfluous(has, {}, {}).filter(isOfUrl)).toEqual(has.slice(1, 3));
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
