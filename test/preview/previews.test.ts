import { PREVIEWED } from '../manifest/bad-environments.ts';
import { codes, plan } from './samples.ts';

const FUNCTION = `${PREVIEWED.replace('static', 'lambda')}secrets: {SMTP: secret:smtp}
domain: {name: shop.example.com}
rollout: {steps: [10, 100], bake: 5m}
`;
const preview = (more = '', options = {}) => plan(`${FUNCTION}${more}`, { environment: 'pr12', ...options });

describe('the plan of a preview', () => {
  it('has an address of AWS’s, all of the traffic at once, and its end', () => {
    const { components, rollout } = preview();
    expect(components.map(({ name }) => name)).not.toContain('domain');
    expect(rollout).toContainEqual(expect.stringMatching(/^Move 100 % of the traffic, by/));
    expect(rollout.at(-1)).toBe(
      'Remove all of it once the pull request is closed, or its time is over, as the operator says',
    );
    expect(plan(FUNCTION).rollout.join()).not.toContain('pull request');
  });

  it('warns of nothing that a preview is not to be asked for', () => {
    expect(codes(preview().warnings)).toEqual([]);
  });

  it('says where its secrets lie, and what builds it', () => {
    const fits = preview().components.map(({ name, fits: how }) => [name, how]);
    expect(fits).toContainEqual(['secrets', expect.stringContaining('the secret pilots/acme-site/preview/smtp')]);
    expect(fits).toContainEqual(['build', expect.stringContaining('runs at a push to the pull request')]);
  });

  it('leaves no logs behind, and keeps none', () => {
    const { kept, components } = preview('lambda: {front: http-api}\n');
    expect(kept.join()).not.toMatch(/logs/i);
    const logs = components.flatMap(({ resources }) => resources).filter(({ type }) => type === 'AWS::Logs::LogGroup');
    expect(logs.map(({ left }) => left)).toEqual([undefined, undefined]);
    expect(plan(FUNCTION).kept.join()).toMatch(/logs/i);
  });
});
