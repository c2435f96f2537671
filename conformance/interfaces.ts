/** Machines, guides and small worlds by the name of their interface. The engine knows interfaces only from here. */

import { type Machine, msgRing, qnxInterrupt, rsm, uintr } from '#model/index';
import type { InterfaceName, WorldFile } from '#spec/index';
import type { Guide } from './generation/guide.ts';
import { guide as msgRingGuide } from './msg-ring/guide.ts';
import msgRingWorlds from './msg-ring/worlds.json' with { type: 'json' };
import { guide as qnxInterruptGuide } from './qnx-interrupt/guide.ts';
import qnxInterruptWorlds from './qnx-interrupt/worlds.json' with { type: 'json' };
import { guide as rsmGuide } from './rsm/guide.ts';
import rsmWorlds from './rsm/worlds.json' with { type: 'json' };
import { guide as uintrGuide } from './uintr/guide.ts';
import uintrWorlds from './uintr/worlds.json' with { type: 'json' };

interface Known {
  readonly machine: unknown;
  readonly guide: unknown;
  readonly worlds: unknown;
}

const known: Readonly<Record<InterfaceName, Known>> = {
  'msg-ring': { machine: msgRing, guide: msgRingGuide, worlds: msgRingWorlds },
  'qnx-interrupt': { machine: qnxInterrupt, guide: qnxInterruptGuide, worlds: qnxInterruptWorlds },
  rsm: { machine: rsm, guide: rsmGuide, worlds: rsmWorlds },
  uintr: { machine: uintr, guide: uintrGuide, worlds: uintrWorlds },
};

/** The machine of an interface. Its state is opaque to whoever asks for it by name. */
export const machineOf = (name: InterfaceName): Machine<unknown> => known[name].machine as Machine<unknown>;

/** How programs of an interface are written. */
export const guideOf = (name: InterfaceName): Guide => known[name].guide as Guide;

/** The small worlds of an interface, as they are written. */
export const worldFileOf = (name: InterfaceName): WorldFile => known[name].worlds as WorldFile;
