/** Runs in the page: the same SCO once under scorm-again in this page, once through the courseware frame on another origin. */
import { newUuid } from '@lectern/core';
import { openFrame, type Ack } from '@lectern/courseware/frame';
// Its types declare a default export; its modules have named ones.
import * as scorm12 from 'scorm-again/scorm12';

interface Rates {
  readonly location: number;
  readonly suspendData: number;
  readonly commitMicroseconds: number;
}

const nextRates = (): Promise<Rates> =>
  new Promise((resolve) => {
    const listen = ({ data }: MessageEvent<{ rates?: Rates }>): void => {
      if (!data?.rates) return;
      removeEventListener('message', listen);
      resolve(data.rates);
    };
    addEventListener('message', listen);
  });

async function direct(): Promise<Rates> {
  const rates = nextRates();
  Object.assign(globalThis, { API: new (scorm12 as unknown as { Scorm12API: new (settings: object) => object }).Scorm12API({ autocommit: false, logLevel: 5 }) });
  const sco = document.body.appendChild(document.createElement('iframe'));
  sco.src = '/sco.html';
  const found = await rates;
  sco.remove();
  return found;
}

async function bridge(content: string): Promise<Rates> {
  const rates = nextRates();
  const closed = new AbortController();
  const ack: Ack = { ok: true };
  const frame = await openFrame({
    frame: `${content}/frame/`,
    host: document.body,
    title: 'SCO',
    signal: closed.signal,
    lost: (error) => console.error(error),
    methods: {
      assign: () => ({ kind: 'scorm', url: `${content}/sco.html`, title: 'SCO', version: '1.2', attempt: newUuid(), launch: newUuid() }),
      recover: async () => ack,
      hydrate: () => ({ cmi: {}, seq: 0 }),
      record: async () => ack,
      loaded: () => undefined,
      notice: () => undefined,
      navigate: () => undefined,
    },
  });
  const found = await rates;
  frame.remove();
  closed.abort();
  return found;
}

Object.assign(globalThis, { bench: { direct, bridge } });
