/** What needs the C library, for errors. */
export const WHAT = "A socket with the option reactor";
