import type { Environment } from '../../local/environment.ts';
import { gitExample } from '../../local/example/git.ts';
import { staticExample } from '../../local/example/static.ts';
import { whatNext } from '../../local/what-next.ts';

const running = {
  emulator: { url: 'http://127.0.0.1:4566' },
  ports: { emulator: 4566, edge: 8080, balancer: 8081, git: 9082 },
} as Environment;

describe('what a person is told in the end', () => {
  it('is how to go on with the example, and how to push', () => {
    const text = whatNext(running, staticExample, 'http://acme-site.localhost:8080', true);
    expect(text).toContain('npx pilot rollback acme-site');
    expect(text).toContain('npx pilot deploy examples/static/v2');
    expect(text).toContain('git clone http://127.0.0.1:9082/acme/site.git && cd site');
    expect(text).toContain('live at http://acme-blog.localhost:8080');
    expect(text).toContain('back in this folder: npx pilot pushes');
    expect(text).toMatch(/open http:\/\/127\.0\.0\.1:9082 .*a first push makes another repository/);
    expect(text.split('\n').at(-1)).toBe('Ctrl-C ends everything, and nothing is kept');
  });

  it('names no version of what only pushes deploy', () => {
    const text = whatNext(running, gitExample, 'http://acme-blog.localhost:8080', true);
    expect(text).toContain('npx pilot rollback acme-blog');
    expect(text).not.toContain('pilot deploy');
  });

  it('speaks of no push where none is deployed', () => {
    expect(whatNext(running, staticExample, 'http://acme-site.localhost:8080', false)).not.toContain('git');
  });
});
