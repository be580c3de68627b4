import { stripVTControlCharacters } from 'node:util';
import type { BuildNow } from '../aws/codebuild.ts';
import { findLines } from '../aws/log-streams.ts';
import { passedOn } from '../passed-on.ts';

/** How many lines are told, of how many that are looked at: CodeBuild writes its own after those of a command. */
const LINES = 10;
const LOOK = 100;
const LINE = 200;

/** What CodeBuild itself writes begins so, and these of it stand around what one command wrote. */
const OF_CODEBUILD = '[Container] ';
const BEGINS = /^\[Container\] .*\bRunning command /;
const FAILED = /^\[Container\] .*\bCommand did not exit successfully /;

/**
 * The last lines that a build’s commands wrote, as they may be passed on: of the one that failed, where one did. Empty where
 * they cannot be had: why it failed is known without them.
 */
export async function logTail({ log }: BuildNow): Promise<string[]> {
  if (!log) return [];
  try {
    const events = (await findLines(log.group, log.stream, LOOK)) ?? [];
    const lines = events.flatMap((event) =>
      stripVTControlCharacters(event)
        .split(/[\r\n]+/)
        .map(printed),
    );
    return ofCommands(lines).map((line) => passedOn(line.slice(0, 10 * LINE)).slice(0, LINE));
  } catch {
    return [];
  }
}

const printed = (line: string): string => line.replace(/\p{Cc}+/gu, ' ');

function ofCommands(lines: string[]): string[] {
  const failed = lines.findIndex((line) => FAILED.test(line));
  const end = failed < 0 ? lines.length : failed;
  const begin = failed < 0 ? 0 : lines.slice(0, end).findLastIndex((line) => BEGINS.test(line)) + 1;
  const said = lines.slice(begin, end).filter((line) => line.trim() && !line.startsWith(OF_CODEBUILD));
  return said.slice(-LINES);
}
