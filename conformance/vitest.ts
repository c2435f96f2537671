/**
 * For vitest users: a property that any system which performs single steps keeps to the documents.
 *
 * ```ts
 * import { conforms } from 'doorbell-conformance/vitest';
 * conforms('my ring library', 'msg-ring', () => new MyPerformer());
 * ```
 */

import { fc, test } from '@fast-check/vitest';
import type { InterfaceName } from '#spec/index';
import { type CommandOptions, machineCommands, type Performer, Tracker } from './commands.ts';
import type { JudgeOptions } from './oracle.ts';

export { machineCommands, type Performer, Refusal, Tracker } from './commands.ts';

/** Declares the property as a test. `open` makes a fresh system for each sequence. */
export const conforms = (
  title: string,
  name: InterfaceName,
  open: () => Performer | Promise<Performer>,
  options: CommandOptions & JudgeOptions & { readonly numRuns?: number } = {},
): void => {
  test.prop([machineCommands(name, options)], { numRuns: options.numRuns ?? 100 })(
    `${title} keeps to the documents of ${name}`,
    async (commands) => {
      await fc.asyncModelRun(
        async () => ({ model: new Tracker(name, options), real: await open() }),
        commands,
      );
    },
  );
};
