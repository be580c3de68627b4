import * as fc from 'fast-check';
import { canonicalJson } from '../../shared/manifest/digest.ts';

describe('canonical JSON', () => {
  it('is the same whatever the order of keys', () => {
    expect(canonicalJson({ b: [1, { d: null, c: true }], a: 'x' })).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
    expect(canonicalJson({ a: 'x', b: [1, { c: true, d: null }] })).toBe('{"a":"x","b":[1,{"c":true,"d":null}]}');
  });

  it('sorts keys by their UTF-16 units, as no locale does', () => {
    expect(canonicalJson({ ä: 1, z: 2, Z: 3, 10: 4, 9: 5, '': 6 })).toBe('{"":6,"10":4,"9":5,"Z":3,"z":2,"ä":1}');
  });

  it('leaves out what is undefined, and tells a missing item from none', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(() => canonicalJson([undefined])).toThrow(TypeError);
  });

  it.each([NaN, Infinity, 1n, () => 1, Symbol('x'), new Date(0), new Map(), undefined])('refuses %p', (value) => {
    expect(() => canonicalJson({ value: [value] })).toThrow(TypeError);
  });

  it('says the same as JSON, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('is its own canonical form, for any value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(JSON.parse(canonicalJson(value)))).toBe(canonicalJson(value));
      }),
    );
  });
});
