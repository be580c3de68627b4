import { DIGEST, outputsOf } from '../../shared/provisioning/wanted.ts';
import { DEPLOYMENT, LOGS, QUEUE, wantedWith } from './wanted.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html */
const TOKEN = /^[a-zA-Z0-9][-a-zA-Z0-9]{0,127}$/;
const longest = `${'p'.repeat(32)}_${'e'.repeat(16)}_20260102T030405Z-0123456789ab`;

describe('what a deployment wants of a stack', () => {
  it.each([DEPLOYMENT, longest])('is named after it, as CloudFormation takes names: %s', (deployment) => {
    const { name, clearing, undoing } = wantedWith({ Logs: LOGS }, { deployment });
    for (const token of [name, clearing, undoing]) expect(token).toMatch(TOKEN);
    expect(name).toContain(deployment.split('_')[2] ?? '');
  });

  it('is never named as a preview, which may be removed by whoever made it', () => {
    const deployment = DEPLOYMENT.replace('acme-shop', 'plan');
    expect(wantedWith({ Logs: LOGS }, { deployment }).name).not.toMatch(/^pilotage-plan-/);
  });

  it('is named otherwise where the template is another', () => {
    expect(wantedWith({ Logs: LOGS }).name).not.toBe(wantedWith({ Queue: QUEUE }).name);
  });

  it('has one digest whoever wants it, which the stack tells and its own outputs do not', () => {
    const [one, other] = [wantedWith({ Logs: LOGS }), wantedWith({ Logs: LOGS }, { deployment: longest })];
    expect(other.digest).toBe(one.digest);
    expect(other.template).toBe(one.template);
    const told = JSON.parse(one.template).Outputs;
    expect(told[DIGEST].Value).toBe(one.digest);
    expect(Object.keys(outputsOf(told))).toEqual(['Logs']);
  });
});
