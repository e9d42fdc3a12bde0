export { download, type DownloadProgress } from './download.js';
export { serveOnPort, type FileRequest, type FileResponse } from './file-port.js';
export { packageBase, packageKey } from './package-address.js';
export { PackageContent } from './package-files.js';
export { probe, type Probe, type ProbeOptions } from './probe.js';
export { RangeSource } from './range-source.js';
export { recognise, type Recognised } from './recognise.js';
export { RemoteError, type RemoteErrorCode } from './remote-error.js';
