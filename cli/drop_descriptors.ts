import { closeDescriptors } from "../interface/codecs/schema_codec.ts";
import type { Body } from "../protocol/body.ts";
import type { CliIo } from "./cli_io.ts";

/** Closes the descriptors of a body, which can't be printed, and says so. */
export function dropDescriptors(body: Body, io: CliIo): void {
  const count = body.fds?.length ?? 0;
  if (count === 0) return;
  closeDescriptors(body);
  io.err(`Closed ${count} descriptor${count === 1 ? "" : "s"} of the body`);
}
