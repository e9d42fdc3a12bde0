/** A chunk of its own: most courses are free. */
export { createOrderedNavigation } from '@lectern/core';
