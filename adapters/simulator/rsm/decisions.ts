/** What of this interface is chosen once, and what is free each time anew. */

import type { Decisions as Deciding } from '../decisions.ts';
import type { Choices } from './behaviours.ts';
import type { drawnOccasions } from './occasions.ts';

export type Decisions = Deciding<Choices, typeof drawnOccasions>;
