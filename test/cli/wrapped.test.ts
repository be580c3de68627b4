import { wrapped } from '../../cli/wrapped.ts';

describe('parts in a row', () => {
  const parts = ['files: 4', 'bytes: 1,657', 'stack: unchanged'];

  it('stand on one line where they fit, to the last column', () => {
    const line = 'files: 4, bytes: 1,657, stack: unchanged';
    expect(wrapped(parts, 3 + line.length, 3)).toBe(line);
    expect(wrapped(parts, 2 + line.length, 3)).toBe('files: 4, bytes: 1,657,\n   stack: unchanged');
  });

  it('stay whole where one alone is too long', () => {
    expect(wrapped(['a', 'digest: sha256:0123456789', 'b'], 12, 2)).toBe('a,\n  digest: sha256:0123456789,\n  b');
  });

  it('are nothing where there are none', () => {
    expect(wrapped([], 80, 11)).toBe('');
  });
});
