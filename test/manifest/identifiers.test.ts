import { ENVIRONMENT_NAME, isPreview, PREVIEW, previewOf, settingsOf } from '../../shared/manifest/identifiers.ts';

describe('the name of a preview', () => {
  it.each([1, 12, 999_999_999])('is an environment’s, of pull request %i', (number) => {
    const name = previewOf(number);
    expect(name).toMatch(ENVIRONMENT_NAME);
    expect(isPreview(name)).toBe(true);
    expect(settingsOf(name)).toBe(PREVIEW);
  });

  it.each(['pr', 'pr0', 'pr012', 'pr12a', 'pr1234567890', 'PR12', 'xpr12', 'preview', 'production'])(
    'is not %s, which has settings of its own',
    (name) => {
      expect(isPreview(name)).toBe(false);
      expect(settingsOf(name)).toBe(name);
    },
  );
});
