export const RECORDED = 'video/mp4;codecs=avc1.42E01E';

/** How long it is. */
export const SECONDS = 2.2;

/** Two seconds of a canvas as fragmented MP4: its boxes, one after the other. */
export async function record(): Promise<Uint8Array<ArrayBuffer>> {
  const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
  const paint = canvas.getContext('2d')!;
  let hue = 0;
  const timer = setInterval(() => {
    paint.fillStyle = `hsl(${(hue += 20)} 80% 50%)`;
    paint.fillRect(0, 0, 64, 48);
  }, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: RECORDED });
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  recorder.start(500);
  await new Promise((resolve) => setTimeout(resolve, 1000 * SECONDS));
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve));
  recorder.stop();
  await stopped;
  clearInterval(timer);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** What a fragmented MP4 begins with, and its fragments. */
export function fragmentsOf(bytes: Uint8Array<ArrayBuffer>): { readonly init: Uint8Array<ArrayBuffer>; readonly fragments: readonly Uint8Array<ArrayBuffer>[] } {
  const view = new DataView(bytes.buffer);
  const starts: number[] = [];
  let end = bytes.length;
  for (let at = 0; at + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const size = view.getUint32(at);
    if (type === 'moof') starts.push(at);
    if (type === 'mfra') end = at;
    at += Math.max(8, size);
  }
  return { init: bytes.slice(0, starts[0]), fragments: starts.map((start, index) => bytes.slice(start, starts[index + 1] ?? end)) };
}
