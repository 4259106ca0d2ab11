/** What the processes of `frames.ts` agree on. @module */

/** Length of a frame. */
export const FRAME_LEN = 64 * 1024 * 1024;

/** Services. */
export const frameService = {
  /** Takes the frame, and answers. */
  TAKE: 1,
  /** Takes the frame and copies it; answers with the time of the copy, in ms. */
  READ: 2,
} as const;

/** Limits that let frames through as bodies. */
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

/** The addresses in a folder. */
export function frameAddresses(folder: string): FrameAddresses {
  return {
    raw: `${folder}/raw`,
    stream: `unix:${folder}/stream`,
    shared: `unix+seqpacket:${folder}/shared`,
  };
}
