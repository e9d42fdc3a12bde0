import type { Unit, VideoUnit } from '@lectern/core';

/** Film and sound have the same shape. */
export const isMediaUnit = (unit: Unit): unit is VideoUnit => unit.kind !== 'document' && 'sources' in unit;
