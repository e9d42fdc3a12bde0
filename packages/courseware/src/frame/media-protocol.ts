/** A film or a sound of a package, as the frame is to play it. Addresses are absolute. */
export interface MediaAssignment {
  readonly sources: readonly { readonly src: string; readonly type?: string | undefined }[];
  readonly tracks: readonly { readonly src: string; readonly kind: string; readonly lang: string; readonly label: string; readonly shown: boolean }[];
  readonly poster?: string | undefined;
}

/** What media tell: an event of the media element (HTML 4.8.11.16), and where it stands. */
export interface MediaNews {
  readonly type: 'loadedmetadata' | 'canplay' | 'play' | 'pause' | 'timeupdate' | 'durationchange' | 'seeking' | 'seeked' | 'ratechange' | 'volumechange' | 'error';
  /** Seconds. */
  readonly currentTime: number;
  /** Seconds; 0 where it is not known. */
  readonly duration: number;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly readyState: number;
  readonly volume: number;
  readonly muted: boolean;
  readonly playbackRate: number;
}

export type MediaCommand = { readonly type: 'seek'; /** Seconds. */ readonly time: number } | { readonly type: 'pause' } | { readonly type: 'focus' };
