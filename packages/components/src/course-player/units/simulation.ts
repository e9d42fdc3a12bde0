import type { SimulationUnit } from '@lectern/core';
import '../../simulation-viewer/define.js';
import { keepProcedure, type SimulationOutlet } from '../../simulation-viewer/simulation-outlet.js';
import { unitHeadingLevel } from './heading-level.js';
import type { UnitContext, UnitView } from './unit-view.js';

/** Shows a simulation in `<simulation-viewer>`, whose events and progress go through the player's session. */
export function open(context: UnitContext<SimulationUnit>): UnitView {
  const { unit, base, host, session, signal } = context;
  const viewer = document.createElement('simulation-viewer');
  const kept = session.then((opened) => keepProcedure(opened, unit));
  let save: SimulationOutlet['save'] | undefined;
  const outlet: SimulationOutlet = {
    async load() {
      const keeper = await kept;
      ({ save } = keeper);
      return keeper.load();
    },
    // The viewer saves nothing before it has loaded.
    save: (procedure) => save?.(procedure),
    dispatch: (event) => void context.dispatch(event),
  };
  viewer.outlet = outlet;
  viewer.headingLevel = unitHeadingLevel(host);
  viewer.src = new URL(unit.src, base).href;
  host.replaceChildren(viewer);
  signal.addEventListener('abort', () => viewer.remove(), { once: true });
  return {
    close: () => viewer.close(),
    suspend: () => viewer.close(),
    resume: () => viewer.reopen(),
    focus: () => viewer.focus(),
  };
}
