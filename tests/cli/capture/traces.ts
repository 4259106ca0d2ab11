import { CaptureWriter } from "../../../cli/capture/capture_writer.ts";
import { CaptureError } from "../../../cli/capture/capture_error.ts";
import {
  readTrace,
  type TraceOptions,
} from "../../../cli/capture/read_trace.ts";
import type { TraceEvent } from "../../../cli/capture/trace_event.ts";
import { MessageHeader, MessageType } from "../../../mod.ts";
import { concat } from "@std/bytes";
import type { TempDir } from "../../support/files/temp_dir.ts";
import { chunked } from "./packets.ts";

/** What a capture tells, and what is wrong with it. */
export async function traceOf(
  file: Uint8Array<ArrayBuffer>,
  options: Partial<TraceOptions> & { readonly chunk?: number } = {},
): Promise<{ events: TraceEvent[]; error: string | null }> {
  const events: TraceEvent[] = [];
  const { chunk, ...given } = options;
  const reading = readTrace(chunked(file, chunk), {
    ...{ maxBody: 1 << 20, ...given },
  });
  try {
    for await (const event of reading) events.push(event);
    return { events, error: null };
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    return { events, error: error.message };
  }
}

/** An event in few words. */
export function brief(event: TraceEvent): string {
  switch (event.kind) {
    case "message": {
      const { header, data } = event.message;
      const text = new TextDecoder().decode(data);
      return `${event.from} ${header.type} ${header.requestId} ${text}`;
    }
    case "end":
      return `${event.from} ends${
        event.error === null ? "" : `: ${event.error}`
      }`;
    case "remark":
      return event.text;
  }
}

/** The file of some events. */
export async function fileOf(
  events: readonly TraceEvent[],
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const writer = new CaptureWriter("unix:/run/cell.sock", (bytes) => {
    chunks.push(bytes);
    return Promise.resolve();
  });
  for (const event of events) writer.add(event);
  await writer.close();
  return concat(chunks);
}

/** Writes a capture of one stream message into a folder, and gives its path. */
export async function writeTrace(folder: TempDir): Promise<string> {
  const file = folder.file("trace.pcapng");
  const header = new MessageHeader(MessageType.Stream, 0, 1);
  const data = new Uint8Array();
  const bytes = await fileOf([{
    ...{ kind: "message", connection: 1, from: "client", time: 0 },
    message: { header, data, descriptors: 0, littleEndian: true },
  }]);
  await Deno.writeFile(file, bytes);
  return file;
}
