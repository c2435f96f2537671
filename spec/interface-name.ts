/** Telling names of interfaces from other texts, without loading what is known of them. */

import { type InterfaceName, interfaceNames } from './generated/names.ts';

/** Whether a text names an interface that is described here. */
export const isInterfaceName = (name: string): name is InterfaceName =>
  (interfaceNames as readonly string[]).includes(name);
