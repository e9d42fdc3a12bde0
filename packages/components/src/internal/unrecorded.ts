/** `plugin` of a connection that records nothing; what shows it must say so. */
export const UNRECORDED = 'none';
