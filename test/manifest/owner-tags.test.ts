import { ownerTags } from '../../shared/manifest/owner-tags.ts';

describe('the tags that say whose something is', () => {
  const tags = ownerTags({ pilot: 'acme', environment: 'staging' });

  it('are the pilot and the environment', () => {
    expect(tags).toEqual({ 'pilotage:pilot': 'acme', 'pilotage:environment': 'staging' });
  });

  it('are those that the policies of pilots compare', () => {
    const { own, made } = require('../../stack/pilots-words.cjs');
    const keys = (key: string) => Object.keys(tags).map((tag) => `aws:${key}/${tag}`);
    expect(Object.keys(own.StringEquals)).toEqual(keys('ResourceTag'));
    expect(Object.keys(made.StringEquals)).toEqual(keys('RequestTag'));
  });
});
