/** The Wireshark dissector, on what `fizyr watch --save` writes. */
import { assert, assertEquals } from "@std/assert";
import { CaptureWriter } from "../../cli/capture/capture_writer.ts";
import { connect, MessageHeader, MessageType } from "../../mod.ts";
import { concat } from "@std/bytes";
import { PERMISSIONS } from "../support/permissions.ts";
import { TempDir } from "../support/files/temp_dir.ts";
import { Camera, handlers } from "../interface/support/camera.ts";
import { serveOn } from "../cli/support.ts";
import { Watched } from "../cli/watch/watched.ts";
import { decode, summarize } from "./decode.ts";

const missing = await whyNoTshark();

function dissects(name: string, fn: () => Promise<void>): void {
  const title = `the dissector ${name}`;
  if (missing === null) Deno.test(title, fn);
  else Deno.test({ name: `${title} [needs ${missing}]`, ignore: true, fn });
}

async function whyNoTshark(): Promise<string | null> {
  for (const permission of ["run", "unix", "all"] as const) {
    if (!PERMISSIONS[permission].granted) return PERMISSIONS[permission].flag;
  }
  try {
    await new Deno.Command("tshark", { args: ["--version"] }).output();
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "tshark";
    throw error;
  }
}

for (const transport of ["tcp", "unix+seqpacket"]) {
  dissects(`shows a capture of fizyr watch: ${transport}`, async () => {
    using folder = new TempDir();
    const address = (name: string): string =>
      transport === "tcp"
        ? "tcp://127.0.0.1:0"
        : `${transport}:${folder.file(name)}`;
    await using server = serveOn(Camera.implement(handlers), {}, {
      at: address("s"),
    });
    const file = folder.file("trace.pcapng");
    const watched = await Watched.start({
      ...{ listen: address("w"), to: server.address },
      options: ["--save", file],
    });
    {
      await using peer = await connect<string>(watched.address);
      const camera = Camera.client(peer as never);
      await (await camera.record({ frames: 1 })).response();
      await peer.call(9, "").catch(() => {});
    }
    await watched.said("the server has ended");
    await watched.stop();
    const bytes = await Deno.readFile(file);
    assertEquals((await summarize(bytes, [])).toSorted(), [
      "End",
      "End",
      "Request #0 (2)",
      "Request #1 (9)",
      "Responder update #0 (1)",
      "Responder update #0 (2)",
      "Response #0 (2)",
      "Response #1 (error)",
    ]);
    const decoded = await decode(bytes, []);
    assertEquals(decoded.flatMap(({ notes }) => notes), ["failed"]);
    const [request, ...rest] = decoded;
    assertEquals(request?.fields.text, '{"frames":1}');
    const response = rest.find(({ fields }) =>
      Number(fields.type) === MessageType.Response
    )!;
    assertEquals(Number(response.fields.request_in), request!.frame);
    assertEquals(Number(request!.fields.response_in), response.frame);
    assert(Number(response.fields.time) >= 0);
  });
}

dissects("shows a body of many packets, and descriptors", async () => {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const writer = new CaptureWriter("unix:/run/cell.sock", (bytes) => {
    chunks.push(bytes);
    return Promise.resolve();
  });
  writer.add({ kind: "remark", connection: 1, time: 0, text: "begins" });
  writer.add({
    ...{ kind: "message", connection: 1, from: "client", time: 1000 },
    message: {
      header: new MessageHeader(MessageType.Request, 7, 1),
      data: new Uint8Array(600_000),
      ...{ descriptors: 2, littleEndian: false },
    },
  });
  writer.add({
    ...{ kind: "end", connection: 1, from: "client", time: 1001 },
    error: "reset",
  });
  await writer.close();
  assertEquals(await summarize(concat(chunks), []), [
    "Request #7 (1), descriptors: 2",
    "Continuation",
    "Continuation",
    "Broken off",
  ]);
  const [request] = await decode(concat(chunks), []);
  assertEquals(request?.fields.order, "big endian");
});
