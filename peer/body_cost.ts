import type { Body } from "../protocol/body.ts";

/** Descriptors are scarcer than memory: each counts as so many bytes. */
const DESCRIPTOR_COST = 64 * 1024;

/** What a body that nobody has taken counts against the limits in bytes. */
export function bodyCost({ data, fds }: Body): number {
  if (fds === undefined) return data.length;
  return data.length + DESCRIPTOR_COST * fds.length;
}
