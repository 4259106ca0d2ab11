/** What the servers of the soak do, by service id. */

/** Sends the body back. */
export const ECHO = 1;
/** Sends as many updates as the body says, and then their number. */
export const COUNT = 2;
/** Answers when it is cancelled, or its time is up. */
export const WAIT = 3;
/** Closes the descriptors that came, and answers with their number. */
export const DESCRIPTORS = 4;
/** Looks at a frame, and answers with its length and its first byte. */
export const FRAME = 5;
/** Throws. */
export const FAIL = 6;
/** Takes as many updates as the body says, and answers with the number of those in order. */
export const TAKE = 7;
/** Answers with how many stream messages `SAMPLE` have come in order. */
export const SAMPLES = 8;
/** A stream message, with its number. */
export const SAMPLE = 9;

/** The longest body, in bytes. */
export const MAX_BODY = 256 * 1024;

/** The options of both sides. */
export const OPTIONS = {
  maxBodyLenRead: MAX_BODY,
  maxBodyLenWrite: MAX_BODY,
  extensions: true,
  closeTimeout: 2000,
  stallTimeout: 10_000,
};
