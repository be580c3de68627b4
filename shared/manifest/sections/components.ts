import { argv, key, line, named, optional, schedule, section, text, whole } from '../kinds.ts';
import { cpuUnits, memoryMiB } from './ecs.ts';

/** What runs beside the pilot’s main part: workers, scheduled tasks, further functions. */
export const components = () =>
  named(
    'a to z, digits and hyphens, at most 20',
    /^[a-z](?!.*--)[a-z0-9-]{0,19}(?<!-)$/,
    section({
      about: key('What it is for, in words; the plan shows it.', line(200)),
      command: optional('What it runs.', argv()),
      handler: optional('The function in the artifact.', text('a handler such as pdf.handler', /^[\w./:-]{1,128}$/)),
      schedule: optional('Runs at these times, and ends; without it, it runs always.', schedule()),
      count: optional('How many run at once.', whole(0, 100)),
      cpu: optional('CPU units, for target ecs.', cpuUnits()),
      memory: optional('MiB.', memoryMiB()),
    }),
    10,
  );
