import { settingsFor } from '../../shared/backups/drill.ts';

const like = (engine: string, version: string) =>
  ({
    engine,
    version,
    class: 'db.m7g.large',
    subnetGroup: 'there',
    parameterGroup: 'own',
    securityGroups: ['sg-1'],
  }) as never;

describe('what a snapshot is restored with', () => {
  it.each([
    ['postgres', '18.1', '18.3'],
    ['mysql', '8.4.3', '8.4.7'],
    ['mariadb', '11.8.2', '11.8.5'],
  ])('is as the present database has it, parameters as well: %s %s, now %s', (engine, version, now) => {
    expect(settingsFor({ engine, version }, like(engine, now))).toMatchObject({
      class: 'db.m7g.large',
      subnetGroup: 'there',
      parameterGroup: 'own',
      securityGroups: ['sg-1'],
    });
  });

  it.each([
    ['postgres', '17.10', '18.1'],
    ['mysql', '8.0.40', '8.4.7'],
    ['mariadb', '10.11.9', '11.8.5'],
  ])('but parameters of another major version, which RDS does not take: %s %s, now %s', (engine, version, now) => {
    expect(settingsFor({ engine, version }, like(engine, now))).not.toHaveProperty('parameterGroup');
  });
});
