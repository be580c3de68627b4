import type { Component, Resource } from '../shared/preview/model.ts';
import type { Template } from './template.ts';

/** What Pilotage makes with each release, and so no template holds. */
const WITH_RELEASES = [
  'AWS::AutoScaling::AutoScalingGroup',
  'AWS::ECS::Service',
  'AWS::ElasticBeanstalk::Application',
  'AWS::ElasticBeanstalk::Environment',
  'AWS::Lambda::Function',
  'AWS::Lambda::Url',
  'AWS::Scheduler::Schedule',
  'AWS::CodeBuild::Project',
];

/** What a plan shows and its template does not hold yet. */
export function missingIn({ Resources }: Template, components: readonly Component[]): Resource[] {
  const types = Object.values(Resources).map(({ Type }) => Type);
  return (
    components
      .flatMap(({ resources }) => resources)
      .filter(({ type, shared }) => !shared && !types.includes(type) && !WITH_RELEASES.includes(type))
      // What lies in a region of its own comes in as a parameter: no stack is in two.
      .filter(({ settings }) => settings.region === undefined)
  );
}
