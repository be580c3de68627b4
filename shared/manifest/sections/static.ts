import * as z from 'zod/mini';
import { choice, key, list, optional, RELATIVE, section, text } from '../kinds.ts';

const FILE_NAME = 'a file name such as index.html, without folders, at most 100 characters';
const FILE = 'a file of the site such as errors/404.html, at most 200 characters';
const PREFIX = 'a folder of the site such as assets/, ending in /, at most 100 characters';
const PREFIXES = 'auto, or a list of at most 8 folders such as assets/';

/** How a static site is served. */
export const staticSection = section({
  index: key(
    'The file for `/`, and for each folder where `cleanUrls` is `directory`.',
    z._default(text(FILE_NAME, RELATIVE).check(z.regex(/^[^/]{1,100}$/, FILE_NAME)), 'index.html'),
  ),
  notFound: optional(
    'The page, with status 404, for what does not exist.',
    text(FILE, RELATIVE).check(z.regex(/^.{0,199}[^/]$/, FILE)),
  ),
  cleanUrls: key(
    'How addresses become files: `directory` serves `about/index.html` for `/about/`, `html` serves `about.html` for `/about`, `off` takes names as they are.',
    z._default(choice('directory', 'html', 'off'), 'directory'),
  ),
  immutable: key(
    'Folders whose files never change under one name. `auto` finds those of the usual build tools.',
    z._default(
      z.union(
        [z.literal('auto', PREFIXES), list(text(PREFIX, RELATIVE).check(z.regex(/^.{1,99}\/$/, PREFIX)), PREFIXES, 8)],
        PREFIXES,
      ),
      'auto',
    ),
  ),
});
