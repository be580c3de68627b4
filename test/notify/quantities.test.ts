import { bytes, count, counted, duration, words } from '../../shared/notify/quantities.ts';

test.each([
  [0, '0 s'],
  [59, '59 s'],
  [60, '1 min'],
  [185, '3 min 5 s'],
  [3600, '1 h'],
  [3725, '1 h 2 min'],
])('%d seconds read %s', (seconds, text) => expect(duration(seconds)).toBe(text));

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [2_500_000_000, '2.5 GB'],
])('%d bytes read %s', (value, text) => expect(bytes(value)).toBe(text));

test('counts have thousands marked', () => expect(count(1_234_567)).toBe('1,234,567'));
test.each([
  [0, '0 days'],
  [1, '1 day'],
  [1_234, '1,234 days'],
])('%d of something read %s', (value, text) => expect(counted(value, 'day')).toBe(text));
test('another plural is taken as it is', () => expect(counted(2, 'key differs', 'keys differ')).toBe('2 keys differ'));
test('names read as words', () => expect(words('removedReleases')).toBe('removed releases'));
