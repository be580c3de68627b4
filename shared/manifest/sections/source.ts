import * as z from 'zod/mini';
import { ARTIFACT_EXPECTED, isArtifact } from '../artifact.ts';
import { duration } from '../duration.ts';
import { argv, choice, flag, key, line, list, named, optional, RELATIVE, section, text } from '../kinds.ts';
import { reference } from '../reference.ts';

const COMMIT = 'a commit of 7 to 64 hex digits';
export const IMAGE_EXPECTED =
  'a container image such as 123456789012.dkr.ecr.eu-central-1.amazonaws.com/acme@sha256:…, or with a tag';
const REPOSITORY = 'a repository such as github.com/acme/shop, gitlab.com/… or bitbucket.org/…';
const REF = 'the name of a branch or tag, at most 200 characters';
const DOCKERFILE = 'a file such as docker/Dockerfile, at most 200 characters';
const FOLDER = 'a folder such as apps/web, without .., at most 200 characters';
const PATHS = 'at most 20 paths such as apps/web/**';

/** https://git-scm.com/docs/git-check-ref-format */
const REF_PATTERN = /^(?![/.-])(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[^\s~^:?*[\\\p{Cc}]{1,200}(?<![/.])$/u;

const relative = (expected: string) => text(expected, new RegExp(`(?=^.{1,200}$)${RELATIVE.source}`, 'u'));
const folder = () => relative(FOLDER);

const git = section({
  repository: key(
    'The repository, on GitHub, GitLab or Bitbucket.',
    text(REPOSITORY, /^(?=.{5,200}$)[a-z0-9.-]+\.[a-z]{2,}(?:\/[\w.~-]+){2,6}(?<!\.git)$/),
  ),
  branch: key('A push to this branch deploys.', z._default(text(REF, REF_PATTERN), 'main')),
  tags: optional('A tag that begins so deploys as well, such as v.', text(REF, REF_PATTERN)),
  folder: optional('The folder of the repository that holds the pilot.', folder()),
  paths: optional(
    'Only a push that changes one of these paths deploys.',
    list(text(PATHS, /^(?!\/)[^\\\p{Cc}]{1,200}$/u), PATHS, 20, 1),
  ),
  connection: optional('The token that reads the repository, where the operator connected none.', reference('secret')),
});

/** What is deployed: exactly one of an artifact, an image and a repository. */
export const sourceSection = section({
  artifact: optional(
    'The zip to deploy: beside the manifest, or anywhere in S3.',
    z.string(ARTIFACT_EXPECTED).check(z.refine(isArtifact, ARTIFACT_EXPECTED)),
  ),
  image: optional(
    'The container image to deploy. A tag is pinned to the digest that it has when the deployment begins.',
    text(IMAGE_EXPECTED, /^(?=.{3,400}$)[a-z0-9][a-z0-9._/:-]*(?::[\w][\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/),
  ),
  git: optional('The repository whose pushes deploy.', git),
  commit: optional('The commit that artifact or image was built from.', text(COMMIT, /^[0-9a-f]{7,64}$/i)),
});

/** How a repository's code becomes an artifact or an image. */
export const buildSection = section({
  commands: key(
    'Run one after another in the folder of the pilot.',
    z._default(list(argv(), 'at most 20 commands, each a list such as [npm, ci]', 20), []),
  ),
  output: optional('The folder that the commands leave, which becomes the artifact.', folder()),
  dockerfile: optional('The Dockerfile that makes the image.', relative(DOCKERFILE)),
  buildspec: optional(
    'The repository’s own buildspec, in place of commands, output and dockerfile.',
    relative('a file such as buildspec.yml, at most 200 characters'),
  ),
  runsOn: optional('The build image, such as aws/codebuild/amazonlinux-aarch64-standard:3.0.', line(200)),
  variables: optional(
    'Environment variables of the commands: text, or references to what may not be read here.',
    named('letters, digits and _, not beginning with a digit', /^[A-Z_][A-Z0-9_]{0,63}$/i, line(2000), 50),
  ),
  size: key('How large the build machine is.', z._default(choice('small', 'medium', 'large'), 'small')),
  spot: key('Builds on spot instances: cheaper, and now and then started again.', z._default(flag(), false)),
  cache: key('Keeps downloads between builds; images are built without.', z._default(flag(), true)),
  timeout: key('A build that takes longer has failed.', z.prefault(duration(), '30m')),
});
