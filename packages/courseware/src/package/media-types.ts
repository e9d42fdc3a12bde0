/** By the ending of a file's name. What is not here is `application/octet-stream`, which no browser runs. */
const MEDIA_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8', htm: 'text/html; charset=utf-8', xhtml: 'application/xhtml+xml', css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', json: 'application/json', map: 'application/json', webmanifest: 'application/manifest+json',
  xml: 'application/xml', xsl: 'application/xml', xsd: 'application/xml', dtd: 'application/xml-dtd', txt: 'text/plain; charset=utf-8', md: 'text/markdown; charset=utf-8', csv: 'text/csv; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8', srt: 'text/plain; charset=utf-8', pdf: 'application/pdf', epub: 'application/epub+zip', rtf: 'application/rtf',
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', svg: 'image/svg+xml', ico: 'image/x-icon', bmp: 'image/bmp', tif: 'image/tiff', tiff: 'image/tiff',
  mp4: 'video/mp4', m4v: 'video/mp4', webm: 'video/webm', ogv: 'video/ogg', mov: 'video/quicktime', ts: 'video/mp2t', m3u8: 'application/vnd.apple.mpegurl', mpd: 'application/dash+xml',
  mp3: 'audio/mpeg', m4a: 'audio/mp4', aac: 'audio/aac', oga: 'audio/ogg', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav', flac: 'audio/flac',
  woff: 'font/woff', woff2: 'font/woff2', ttf: 'font/ttf', otf: 'font/otf', eot: 'application/vnd.ms-fontobject',
  glb: 'model/gltf-binary', gltf: 'model/gltf+json', usdz: 'model/vnd.usdz+zip', hdr: 'image/vnd.radiance', ktx2: 'image/ktx2', wasm: 'application/wasm', swf: 'application/x-shockwave-flash',
  zip: 'application/zip', doc: 'application/msword', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  ppt: 'application/vnd.ms-powerpoint', pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  xls: 'application/vnd.ms-excel', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};

/** Endings of files that are already compressed inside another: Unity's and other exporters' `.js.br`, `.wasm.gz`. */
const ENCODINGS: Readonly<Record<string, string>> = { br: 'br', gz: 'gzip' };

export function mediaTypeOf(path: string): { readonly type: string; readonly encoding?: string } {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  const [, stem, last] = /^(.*)\.([^.]*)$/.exec(name) ?? [];
  if (!last) return { type: 'application/octet-stream' };
  const encoding = ENCODINGS[last];
  const inner = encoding && stem ? /\.([^.]+)$/.exec(stem)?.[1] : undefined;
  if (encoding && inner && MEDIA_TYPES[inner]) return { type: MEDIA_TYPES[inner], encoding };
  return { type: MEDIA_TYPES[last] ?? 'application/octet-stream' };
}
