/** What the processes of `frames.ts` agree on. @module */

/** Length of a frame. */
export const FRAME_LEN = 64 * 1024 * 1024;

/** Services. */
export const frameService = {
  /** Has the frame, and answers. */
  TAKE: 1,
  /** The same, and copies it first; answers with the time that took, in ms. */
  READ: 2,
} as const;

/** Lets frames through as bodies. */
export const frameOptions = {
  maxBodyLenRead: FRAME_LEN,
  maxBodyLenWrite: FRAME_LEN,
} as const;

/** Where the listeners are. */
export interface FrameAddresses {
  readonly raw: string;
  readonly stream: `unix:${string}`;
  readonly shared: `unix+seqpacket:${string}`;
}

/** Those in a folder. */
export function frameAddresses(folder: string): FrameAddresses {
  return {
    raw: `${folder}/raw`,
    stream: `unix:${folder}/stream`,
    shared: `unix+seqpacket:${folder}/shared`,
  };
}
