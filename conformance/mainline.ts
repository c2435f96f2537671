/** What is known of mainline Linux and its pages, as `--expect mainline` names it. */

import type { ExpectationFile } from '#spec/index';
import msgRing from './msg-ring/expectations/mainline.json' with { type: 'json' };

/** One file for all interfaces, whose entries are kept with their interface. */
export const mainline = {
  schema: 1,
  title: 'mainline Linux',
  expectations: [...(msgRing as unknown as ExpectationFile).expectations],
} as const satisfies ExpectationFile;
