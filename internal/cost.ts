import type { Body } from "../protocol/body.ts";

/**
 * What a message counts in addition to its body and its descriptors, in bytes:
 * roughly the memory of its objects.
 */
export const MESSAGE_COST = 256;

/**
 * What a descriptor counts, in bytes. It takes memory of the kernel, and an entry
 * in the process's table of open files.
 */
export const DESCRIPTOR_COST: number = 64 * 1024;

/** What a body counts in every queue and against every limit, in bytes. */
export function bodyCost({ data, fds }: Body): number {
  if (fds === undefined) return data.length;
  return data.length + DESCRIPTOR_COST * fds.length;
}
