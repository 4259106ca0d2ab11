import { HEADER_LEN } from "./header.ts";

/** The length of a frame and its header: what goes in front of each body, in bytes. */
export const FRAME_HEAD_LEN: number = 4 + HEADER_LEN;
