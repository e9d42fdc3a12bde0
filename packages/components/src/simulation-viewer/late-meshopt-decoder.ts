import type { MeshoptDecoder as Decoder } from 'three/examples/jsm/libs/meshopt_decoder.module.js';

/**
 * Stands in for three.js's decoder of compressed meshes in the browser bundle (rollup.config.mjs). That one compiles WebAssembly as
 * soon as it is imported, which a policy without `wasm-unsafe-eval` refuses, even where no model is compressed. This one waits for one.
 */
export const MeshoptDecoder: Pick<typeof Decoder, 'supported' | 'decodeGltfBufferAsync'> = {
  supported: typeof WebAssembly === 'object',
  async decodeGltfBufferAsync(...parameters) {
    const { MeshoptDecoder: decoder } = await import('three/examples/jsm/libs/meshopt_decoder.module.js');
    await decoder.ready;
    return decoder.decodeGltfBufferAsync(...parameters);
  },
};
