/** Whether a source is an HLS playlist (RFC 8216). */
export const isHls = ({ src, type = '' }: { readonly src: string; readonly type?: string }): boolean => /mpegurl/i.test(type) || /\.m3u8([?#]|$)/i.test(src);
