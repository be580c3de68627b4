import * as z from 'zod/mini';

const FILE_NAME = 'a file name such as index.html, without folders, at most 100 characters';
const FILE = 'a file of the site such as errors/404.html, at most 200 characters';
const PREFIX = 'a folder of the site such as assets/, ending in /, at most 100 characters';
const PREFIXES = 'auto, or a list of at most 8 folders such as assets/';

/** A relative path without empty, `.` or `..` parts, backslashes or control characters. */
const RELATIVE = /^(?!\/)(?!.*\/\/)(?!(?:.*\/)?\.{1,2}(?:\/|$))[^\\\p{Cc}]+$/u;

/** How a static site is served. */
export const staticSection = z.strictObject(
  {
    /** Served for `/`, and for each folder where `cleanUrls` is `directory`. */
    index: z._default(
      z.string(FILE_NAME).check(z.regex(RELATIVE, FILE_NAME), z.regex(/^[^/]{1,100}$/, FILE_NAME)),
      'index.html',
    ),
    /** Served with status 404 for what does not exist. */
    notFound: z.exactOptional(z.string(FILE).check(z.regex(RELATIVE, FILE), z.regex(/^.{0,199}[^/]$/, FILE))),
    /**
     * `directory`: `/about/` is `about/index.html`, and `/about` redirects to it;
     * `html`: `/about` is `about.html`; `off`: names as they are.
     */
    cleanUrls: z._default(z.enum(['directory', 'html', 'off'], 'directory, html or off'), 'directory'),
    /** Folders whose files never change under one name. `auto` finds those of the usual build tools. */
    immutable: z._default(
      z.union(
        [
          z.literal('auto', PREFIXES),
          z
            .array(z.string(PREFIX).check(z.regex(RELATIVE, PREFIX), z.regex(/^.{1,99}\/$/, PREFIX)), PREFIXES)
            .check(z.maxLength(8, PREFIXES)),
        ],
        PREFIXES,
      ),
      'auto',
    ),
  },
  'a section with index, notFound, cleanUrls or immutable',
);
