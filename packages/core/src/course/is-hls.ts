import type { MediaSource } from './units.js';

/** Whether a source is an HLS playlist (RFC 8216). */
export const isHls = ({ src, type = '' }: MediaSource): boolean => /mpegurl/i.test(type) || /\.m3u8([?#]|$)/i.test(src);
