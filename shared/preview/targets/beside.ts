import { type Component, nameIn, type Site } from '../model.ts';

/** Components that run on the machines of the main part, so they cost nothing more. */
export const besideOnInstances = (site: Site, machines: string): Component[] =>
  Object.entries(site.manifest.components ?? {}).map(([name, { about, command, schedule }]) => ({
    name,
    function: about,
    fits: schedule ? `starts by ${schedule} on one of ${machines}, and ends` : `runs always, on each of ${machines}`,
    resources: [
      {
        type: 'AWS::SSM::Association',
        name: nameIn(site, 'association', 'part', name),
        settings: { command: command?.join(' ') ?? '', ...(schedule && { when: schedule }) },
      },
    ],
    uses: [],
  }));
