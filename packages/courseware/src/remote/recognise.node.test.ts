import assert from 'node:assert/strict';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { recognise, type Recognised } from './recognise.js';

const bytes = (...parts: (string | number[])[]): Uint8Array => new Uint8Array(parts.flatMap((part) => (typeof part === 'string' ? [...strToU8(part, true)] : part)));

const table: [name: string, head: Uint8Array, expected: Recognised, type?: string][] = [
  ['a package', zipSync({ 'course.json': strToU8('{}') }), { kind: 'zip' }],
  ['an empty archive', bytes('PK', [5, 6]), { kind: 'zip' }],
  ['a book', zipSync({ mimetype: [strToU8('application/epub+zip'), { level: 0 }], 'a.xhtml': strToU8('x') }), { kind: 'document', type: 'application/epub+zip' }],
  ['MP4', bytes([0, 0, 0, 32], 'ftypisom'), { kind: 'media', type: 'video/mp4' }],
  ['sound in MP4, by the server’s word', bytes([0, 0, 0, 32], 'ftypisom'), { kind: 'media', type: 'audio/mp4' }, 'audio/mp4'],
  ['M4A', bytes([0, 0, 0, 32], 'ftypM4A '), { kind: 'media', type: 'audio/mp4' }],
  ['QuickTime', bytes([0, 0, 0, 20], 'ftypqt  '), { kind: 'media', type: 'video/quicktime' }],
  ['AVIF', bytes([0, 0, 0, 32], 'ftypavif'), { kind: 'image', type: 'image/avif' }],
  ['WebM', bytes([0x1a, 0x45, 0xdf, 0xa3]), { kind: 'media', type: 'video/webm' }],
  ['Ogg Opus', bytes('OggS', new Array<number>(24).fill(0), 'OpusHead'), { kind: 'media', type: 'audio/ogg' }],
  ['Ogg Theora', bytes('OggS', new Array<number>(24).fill(0), [0x80], 'theora'), { kind: 'media', type: 'video/ogg' }],
  ['WAV', bytes('RIFF', [0, 0, 0, 0], 'WAVE'), { kind: 'media', type: 'audio/wav' }],
  ['MP3 with a tag', bytes('ID3', [4]), { kind: 'media', type: 'audio/mpeg' }],
  ['MP3', bytes([0xff, 0xfb, 0x90, 0x64]), { kind: 'media', type: 'audio/mpeg' }],
  ['AAC', bytes([0xff, 0xf1, 0x50, 0x80]), { kind: 'media', type: 'audio/aac' }],
  ['HLS', bytes('#EXTM3U\n#EXT-X-VERSION:3'), { kind: 'media', type: 'application/vnd.apple.mpegurl' }],
  ['PDF', bytes('%PDF-1.7'), { kind: 'document', type: 'application/pdf' }],
  ['PDF behind a line', bytes('\n\n%PDF-1.4'), { kind: 'document', type: 'application/pdf' }],
  ['PNG', bytes([0x89], 'PNG\r\n', [0x1a], '\n'), { kind: 'image', type: 'image/png' }],
  ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0]), { kind: 'image', type: 'image/jpeg' }],
  ['WebP', bytes('RIFF', [0, 0, 0, 0], 'WEBP'), { kind: 'image', type: 'image/webp' }],
  ['SVG', bytes('<?xml version="1.0"?><!-- x --><svg xmlns="x">'), { kind: 'image', type: 'image/svg+xml' }],
  ['JSON', bytes([0xef, 0xbb, 0xbf], '  {"a":1}'), { kind: 'json' }],
  ['a manifest', bytes('<?xml version="1.0"?>\n<manifest>'), { kind: 'xml' }],
  ['a manifest in UTF-16', bytes([0xff, 0xfe, 0x3c, 0, 0x6d, 0]), { kind: 'xml' }],
  ['a web page', bytes('\n<!DOCTYPE html><title>Sign in</title>'), { kind: 'html' }],
  ['a web page in spite of its type', bytes('<html>'), { kind: 'html' }, 'application/zip'],
  ['Markdown, by the server’s word', bytes('# Words'), { kind: 'document', type: 'text/markdown' }, 'text/markdown'],
  ['words', bytes('once upon a time'), { kind: 'text' }],
  ['nothing', bytes(''), { kind: 'text' }],
  ['something', bytes([0, 1, 2, 3]), { kind: 'unknown' }],
  ['a type alone proves nothing', bytes([0, 1, 2, 3]), { kind: 'unknown' }, 'video/mp4'],
];

for (const [name, head, expected, type] of table) test(name, () => assert.deepEqual(recognise(head, type), expected));
