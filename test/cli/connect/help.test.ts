import { PROVIDERS } from '../../../shared/git/told.ts';
import { connecting } from './connecting.ts';

const here = connecting();

describe('webhook connect: help', () => {
  it.each([['github'], ['gitlab'], ['bitbucket'], ['bitbucket-server'], ['list'], ['test'], ['rotate'], ['remove']])(
    'of %s has examples and exit codes',
    async (name) => {
      const { exit, out } = await here.desk.type('connect', name, '--help');
      expect([exit, out]).toEqual([0, expect.stringMatching(/Examples:\n[\s\S]*Exit codes:/)]);
      expect(out.split('\n').length).toBeLessThan(45);
    },
  );

  it('has an example for each provider', async () => {
    const { exit, out } = await here.desk.type('connect', '--help');
    expect(exit).toBe(0);
    for (const provider of PROVIDERS)
      expect(out).toMatch(new RegExp(`^  pilot connect ${provider} \\S+/\\S+ .*--pilot`, 'm'));
  });
});
