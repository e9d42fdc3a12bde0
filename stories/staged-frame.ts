import type { FrameMethods, Hello, PlayerMethods } from '@lectern/courseware/frame';
import { connect, PortMessenger } from 'penpal';

/** What the courseware frame tells the player, once the two have met. */
export type Scene = (player: Pick<PlayerMethods, 'loaded' | 'notice' | 'h5p' | 'page'>) => Promise<void>;

const FRAME: FrameMethods = { stop: () => Promise.resolve(), flush: () => Promise.resolve(), allow: () => undefined, focus: () => undefined };

/** The first words of a frame; the port that answers them goes to the story. `parent` is the page of the story, on whose origin a `blob:` is. */
const meeting = (stage: string): string => `
  const { player, channel } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  addEventListener('message', ({ data, ports }) => ports[0] && parent.postMessage({ stage: '${stage}' }, player, [ports[0]]), { once: true });
  parent.postMessage(${JSON.stringify({ lectern: 'frame', version: 1 } satisfies Omit<Hello, 'channel'>).slice(0, -1)}, channel }, player);`;

/**
 * URL of a courseware frame that shows a page and plays a scene, for what a real one meets seldom: content that is gone, stays silent or leaves. Nothing fails for
 * that, so the console stays clean. It is on the story's own origin: the player has to be `trusted`.
 * @param body HTML of the story's own
 */
export function stagedFrame(body: string, scene: Scene): string {
  const stage = crypto.randomUUID();
  const enter = ({ data, ports }: MessageEvent<{ readonly stage?: string } | null>): void => {
    if (data?.stage !== stage || !ports[0]) return;
    const met = connect<PlayerMethods>({ messenger: new PortMessenger({ port: ports[0] }), methods: FRAME });
    // A player that cannot show what it is told takes the frame away before it has answered.
    void met.promise.then((player) => scene(player as unknown as PlayerMethods)).catch(() => undefined);
  };
  addEventListener('message', enter);
  const page = `<!doctype html><html lang="${document.documentElement.lang}"><meta charset="utf-8"><title>Lesson</title>
    <style>html { font: 1rem/1.6 system-ui, sans-serif } body { margin: 1.5rem }</style><body>${body}<script>${meeting(stage)}</script></body></html>`;
  return URL.createObjectURL(new Blob([page], { type: 'text/html' }));
}

/** Runs something for which time flies: what would wait longer than `milliseconds` does not. */
export async function inNoTime(milliseconds: number, run: () => Promise<void>): Promise<void> {
  const real = globalThis.setTimeout;
  globalThis.setTimeout = ((handler: TimerHandler, delay = 0, ...rest: unknown[]) => real(handler, delay >= milliseconds ? 0 : delay, ...rest)) as typeof setTimeout;
  try {
    await run();
  } finally {
    globalThis.setTimeout = real;
  }
}
