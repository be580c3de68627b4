import type { Output } from '../io.ts';

/** A row on the screen, drawn anew until it is finished. */
export interface Row {
  say(text: string): void;
  finish(text: string, as: Ending['as']): Promise<void>;
}

interface Ending {
  text: string;
  /** `warned`: done, but somebody has to see to something. `left`: nobody looks any longer. */
  as: 'done' | 'warned' | 'failed' | 'left';
}

/**
 * Draws rows with listr2, each as a list of its own: which steps come is the
 * machine's business and not known here.
 */
export async function rowStarter(output: Output): Promise<(name: string) => Row> {
  const { DefaultRenderer, figures, Listr, ListrDefaultRendererLogLevels, ListrLogger, ProcessOutput } = await import(
    'listr2'
  );
  class Rows extends DefaultRenderer {
    // Whether it is a terminal was asked before, of this very stream.
    static override nonTTY = true;
  }
  const stream = output as NodeJS.WriteStream;
  const logger = () => new ListrLogger({ useIcons: true, processOutput: new ProcessOutput(stream, stream) });

  return (name) => {
    const label = name.padEnd(9);
    let settle: (ending: Ending) => void = () => {};
    const over = new Promise<Ending>((resolve) => {
      settle = resolve;
    });
    let skipped = figures.arrowDown;
    let early = '';
    let draw = (text: string) => {
      early = text;
    };
    const list = new Listr(
      [
        {
          title: label,
          task: async (_, task) => {
            draw = (text) => {
              task.title = `${label} ${text}`;
            };
            draw(early);
            const { text, as } = await over;
            draw(text);
            if (as === 'failed') throw new Error(`${label} ${text}`);
            // listr2 knows no other end of a task that is neither good nor bad.
            if (as === 'warned') skipped = figures.warning;
            if (as === 'left' || as === 'warned') task.skip(`${label} ${text}`);
          },
        },
      ],
      {
        renderer: Rows,
        rendererOptions: {
          logger: logger(),
          icon: { [ListrDefaultRendererLogLevels.SKIPPED_WITH_COLLAPSE]: () => skipped },
        },
        registerSignalListeners: false,
        exitOnError: false,
      },
    );
    const drawn = list.run();
    return {
      say: (text) => draw(text),
      finish: async (text, as) => {
        settle({ text, as });
        await drawn;
      },
    };
  };
}
