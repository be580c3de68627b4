import type { Problem } from '../errors.ts';
import type { Loaded } from '../manifest/load.ts';
import { fullName, type Reference } from '../manifest/reference.ts';
import { nearest } from '../manifest/suggest.ts';
import type { Whereabouts } from './forbidden.ts';
import { type Found, keyOf, lookUp, type Subject } from './look-up.ts';
import type { Named } from './references-in.ts';

/**
 * References to what is not there, each where it was written. No value is read,
 * so a key of a secret (`#password`) is taken on trust.
 * @param named those that the pilot may use: nobody learns from this whether another one's secret exists.
 */
export async function missing(
  { manifest, placeOf }: Extract<Loaded, { ok: true }>,
  named: Named[],
  { environment, region }: Whereabouts,
): Promise<Problem[]> {
  const asked = named.map((one) => ({ ...one, subject: subjectOf(one.reference, manifest.name, environment) }));
  const found = await lookUp(asked.map(({ subject }) => subject));
  return asked.flatMap(({ path, reference, written, subject }) => {
    const problem = judged(reference, written, subject, found.get(keyOf(subject)) ?? 'missing', region);
    return problem ? [{ ...problem, place: placeOf(path) }] : [];
  });
}

const subjectOf = (reference: Reference, pilot: string, environment: string): Subject => ({
  from: reference.from,
  name: reference.from === 'stack-output' ? reference.stack : fullName(reference, pilot, environment),
});

const WHAT = { ssm: 'parameter', secret: 'secret', 'stack-output': 'stack' } as const;

function judged(
  reference: Reference,
  written: string,
  { from, name }: Subject,
  found: Found,
  region = '',
): Problem | undefined {
  const code = 'REFERENCE_MISSING';
  const what = `${WHAT[from]} ${name}`;
  const where = region ? ` --region ${region}` : '';
  if (Array.isArray(found)) return reference.from === 'stack-output' ? missingOutput(reference, found) : undefined;
  switch (found) {
    case 'there':
      return undefined;
    case 'missing':
      return {
        code,
        message: `there is no ${what}`,
        expected: `it to be there before ${written} is deployed`,
        ...(from !== 'stack-output' && { hint: `${CREATE[from](name)}${where}` }),
      };
    case 'deleted':
      return {
        code,
        message: `the ${what} was deleted`,
        expected: `it to be there before ${written} is deployed`,
        hint: `aws secretsmanager restore-secret --secret-id ${name}${where}`,
      };
    case 'denied':
      return {
        code: 'REFERENCE_FORBIDDEN',
        message: `Pilotage itself may not look for the ${what}`,
        expected: `a name that begins as the stack’s parameter ${from === 'stack-output' ? 'SharedStacks' : 'SharedReferences'} says`,
        hint: 'the operator can name it so, or change the parameter and install Pilotage again',
      };
  }
}

/** The value comes from a file, so that no shell remembers it. */
const CREATE = {
  ssm: (name: string) => `aws ssm put-parameter --type SecureString --name ${name} --value file://VALUE`,
  secret: (name: string) => `aws secretsmanager create-secret --name ${name} --secret-string file://VALUE`,
};

function missingOutput(
  { stack, output }: Reference & { from: 'stack-output' },
  outputs: string[],
): Problem | undefined {
  if (outputs.includes(output)) return undefined;
  const near = nearest(output, outputs);
  return {
    code: 'REFERENCE_MISSING',
    message: `the stack ${stack} has no output ${output}`,
    expected: outputs.length > 0 ? outputs.slice(0, 20).join(', ') : 'an output; it has none',
    ...(near && { hint: `did you mean ${near}?` }),
  };
}
