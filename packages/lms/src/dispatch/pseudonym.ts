import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * What the owner of a course is told instead of a learner's name in their LMS: SHA-256 over the licence's salt and the name, in hexadecimal. The same learner is the same
 * under one licence, another under the next. From a library, since LMSs without https have no `crypto.subtle`.
 */
export const pseudonymOf = (salt: string, name: string): string => bytesToHex(sha256(utf8ToBytes(`${salt}\n${name}`)));
