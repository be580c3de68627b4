import { SERVICE } from './bad-sections.ts';
import { problemsOf } from './samples.ts';

const told = (domain: string, environments: string) =>
  problemsOf(`${SERVICE}domain: ${domain}\nenvironments:\n  ${environments}\n`).map(({ message, place, hint }) => [
    message,
    place?.path,
    hint,
  ]);

describe('two environments', () => {
  it('cannot have one address: what inherits production’s is told how to get its own', () => {
    expect(told('{name: shop.example.com}', 'staging: {}')).toEqual([
      [
        'production and staging would both have the address shop.example.com',
        'domain.name',
        'give staging its own in environments.staging.domain.name, or domain: null there',
      ],
    ]);
  });

  it('cannot have one address where one of them says so itself', () => {
    expect(told('{name: shop.example.com}', 'staging: {domain: {name: shop.example.com}}')).toEqual([
      [
        'production and staging would both have the address shop.example.com',
        'environments.staging.domain.name',
        undefined,
      ],
    ]);
  });

  it('cannot have one address as a further name either, in whichever order they stand', () => {
    const environments =
      'ci: {domain: {name: ci.example.com}}\n  staging: {domain: {name: b.example.com, aliases: null}}';
    expect(told('{name: a.example.com, aliases: [b.example.com]}', environments).map(([message]) => message)).toEqual([
      'production and ci would both have the address b.example.com',
      'production and staging would both have the address b.example.com',
    ]);
  });

  it('may each have their own, or none', () => {
    expect(told('{name: a.example.com}', 'staging: {domain: {name: b.example.com}}\n  ci: {domain: null}')).toEqual([]);
  });
});
