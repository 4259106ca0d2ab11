import type { Body } from "../protocol/body.ts";
import { DESCRIPTOR_COST } from "../transports/descriptor/descriptor_cost.ts";

/** What a body that nobody has taken counts against the limits in bytes. */
export function bodyCost({ data, fds }: Body): number {
  if (fds === undefined) return data.length;
  return data.length + DESCRIPTOR_COST * fds.length;
}
