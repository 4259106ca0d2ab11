/** What the program and its worker agree on. */

/** Inverts an image of one byte for each pixel. */
export const INVERT = 1;

const MOST = 16 * 1024 * 1024;

/** How large images may be. */
export const LIMITS = { maxBodyLenRead: MOST, maxBodyLenWrite: MOST };
