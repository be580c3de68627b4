import fc from 'fast-check';
import { canonical, lastOf, parseBlock, sizeOf, textOf } from '../../shared/edge/cidr.ts';
import { anyBlock, block } from './blocks.ts';

describe('a block of addresses', () => {
  test('is its first address and how many bits all of its addresses share', () => {
    expect(parseBlock('205.251.208.0/20')).toEqual({ family: 4, first: 0xcdfbd000n, bits: 20 });
    expect(parseBlock('2600:9000:5200::/40')).toEqual({ family: 6, first: 0x2600900052n << 88n, bits: 40 });
  });

  test('may be a single address, or all that there are', () => {
    expect([block('192.0.2.1/32'), block('::1/128'), block('0.0.0.0/0'), block('::/0')].map(sizeOf)).toEqual([
      1n,
      1n,
      1n << 32n,
      1n << 128n,
    ]);
    expect(lastOf(block('205.251.208.0/20'))).toBe(0xcdfbdfffn);
    expect(lastOf(block('::/0'))).toBe((1n << 128n) - 1n);
  });

  test('reads the same again as it is written', () => {
    fc.assert(fc.property(anyBlock, (one) => expect(parseBlock(textOf(one))).toEqual(one)));
  });
});

describe('what only looks like a block of addresses is none', () => {
  test.each([
    '',
    '13.32.0.0',
    '13.32.0.0/',
    '/15',
    '13.32.0.0/15/15',
    '13.32.0/15',
    '13.32.0.0.0/15',
    '13.32.0.256/32',
    '13.32.0.-1/32',
    '0x0d.32.0.0/15',
    '13.32.0.0/0x0f',
    '13.32.0.0/-1',
    '13.32.0.0/1e1',
    '13.32.0.0/15.0',
    ' 13.32.0.0/15',
    '13.32.0.0/15\n',
    '13.32.0.0 /15',
    '13.32.0.0/15, 13.34.0.0/15',
    '１３.32.0.0/15',
    'd100::1::/32',
    '2600:9000:5200:/40',
    '2600:9000:5200::g/128',
    '2600:9000:5200::%eth0/128',
    '[2600:9000:5200::]/40',
    '1:2:3:4:5:6:7:8:9/128',
    '1:2:3:4:5:6:7/128',
    '12345::/32',
    '<!doctype html>',
  ])('%j', (text) => {
    expect(parseBlock(text)).toBe('is no block of addresses');
  });

  test.each(['013.32.0.0/15', '13.032.0.0/15', '13.32.0.00/15', '13.32.0.0/015', '2600:9000:5200::/040'])(
    '%s, whose leading zeros some read as octal',
    (text) => {
      expect(parseBlock(text)).toBe('is no block of addresses');
    },
  );

  test.each([
    ['13.32.0.0/33', 'has more than 32 bits'],
    ['13.32.0.0/128', 'has more than 32 bits'],
    ['2600:9000:5200::/129', 'has more than 128 bits'],
    ['13.33.0.0/15', 'has bits set after the first 15'],
    ['13.32.0.1/31', 'has bits set after the first 31'],
    ['128.0.0.0/0', 'has bits set after the first 0'],
    ['2600:9000:5200::1/127', 'has bits set after the first 127'],
    ['::ffff:13.32.0.0/111', 'is an IPv4 address in an IPv6 one'],
    ['::13.32.0.0/128', 'is an IPv4 address in an IPv6 one'],
    ['::ffff:0d20:0/111', 'is an IPv4 address in an IPv6 one'],
    ['::ffff:0:0/96', 'is an IPv4 address in an IPv6 one'],
  ])('%s %s', (text, trouble) => {
    expect(parseBlock(text)).toBe(trouble);
  });

  test('whatever is read is written by nobody else: two blocks never have one text', () => {
    fc.assert(
      fc.property(anyBlock, anyBlock, (one, other) => {
        const same = one.family === other.family && one.first === other.first && one.bits === other.bits;
        expect(textOf(one) === textOf(other)).toBe(same);
      }),
    );
  });

  test('any text at all is read or refused, and what is read is in one form', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV4Extended(), fc.ipV6(), fc.string());
    fc.assert(
      fc.property(address, fc.nat(140), (one, bits) => {
        const read = parseBlock(`${one}/${bits}`);
        if (typeof read === 'object') expect(parseBlock(textOf(read))).toEqual(read);
      }),
    );
  });
});

describe('IPv6 is written as RFC 5952 says', () => {
  test.each([
    ['2001:0DB8:0000:0000:0001:0000:0000:0001/128', '2001:db8::1:0:0:1/128'],
    ['2001:db8:0:0:0:0:2:1/128', '2001:db8::2:1/128'],
    ['2001:db8:0:1:1:1:1:1/128', '2001:db8:0:1:1:1:1:1/128'],
    ['2001:db8::1:1:1:1:1/128', '2001:db8:0:1:1:1:1:1/128'],
    ['2001:0:0:1:0:0:0:1/128', '2001:0:0:1::1/128'],
    ['2600:9000:5200:0:0:0:0:0/40', '2600:9000:5200::/40'],
    ['2600:9000:0ddd::/48', '2600:9000:ddd::/48'],
    ['0:0:0:0:0:0:0:0/0', '::/0'],
    ['0:0:0:0:0:0:0:1/128', '::1/128'],
    ['1:0:0:0:0:0:0:0/16', '1::/16'],
    ['AbCd:EF01:2345:6789:abcd:ef01:2345:6789/128', 'abcd:ef01:2345:6789:abcd:ef01:2345:6789/128'],
  ])('%s as %s', (text, written) => {
    expect(textOf(block(text))).toBe(written);
    expect(canonical(text)).toBe(written);
  });

  test('what is no block stays as it was, so that it is not taken for one', () => {
    expect(canonical('pl-3b927c52')).toBe('pl-3b927c52');
    expect(canonical('13.33.0.0/15')).toBe('13.33.0.0/15');
  });
});
