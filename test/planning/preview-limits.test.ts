import { readOperator } from '../../shared/manifest/operator.ts';
import { previewLimits } from '../../shared/planning/preview-limits.ts';

function limitsOf(text?: string) {
  const read = readOperator(text === undefined ? undefined : Buffer.from(text), 'operator.yaml');
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return previewLimits(read.operator);
}

describe('the limits of previews', () => {
  it('are ten, three of a pilot, for three days, where the operator says nothing', () => {
    const usual = { most: 10, perPilot: 3, keep: 259_200 };
    expect(limitsOf()).toEqual(usual);
    expect(limitsOf('apiVersion: pilotage/v1\n')).toEqual(usual);
    expect(limitsOf('apiVersion: pilotage/v1\npreviews: {}\n')).toEqual(usual);
  });

  it('are what the operator says, each for itself', () => {
    expect(limitsOf('apiVersion: pilotage/v1\npreviews: { most: 0 }\n')).toEqual({
      most: 0,
      perPilot: 3,
      keep: 259_200,
    });
    expect(limitsOf('apiVersion: pilotage/v1\npreviews: { perPilot: 5, keep: 12h }\n')).toEqual({
      most: 10,
      perPilot: 5,
      keep: 43_200,
    });
  });
});
