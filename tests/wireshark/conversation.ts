import { assert } from "@std/assert";
import { connect, type Endian, listen } from "../../mod.ts";
import { LAST } from "./cable.ts";
import { Capture } from "./capture.ts";

/** Services. */
export const ECHO = 1, JOB = 2, FAIL = 3;
/** Kinds of updates. */
export const RUNNING = 10, STOP = 20;
/** A body of many packets. */
export const LARGE = 150_000;

/** What a client and a server of this library say to each other, and the port. */
export async function converse(
  endian: Endian,
): Promise<[Uint8Array, number]> {
  const options = { endian, maxBodyLenRead: LARGE, maxBodyLenWrite: LARGE };
  await using listener = listen("127.0.0.1:0", options);
  const { port } = listener.addr;
  await using capture = await Capture.start(port);
  assert(capture !== null, "captures were allowed a moment ago");
  const running = listener.run((peer) =>
    peer.serve({
      [ECHO]: (_request, body) => body,
      [JOB]: async (request) => {
        await request.sendUpdate(RUNNING, "half");
        return (await request.recvUpdate())?.body;
      },
      [FAIL]: (request) => request.sendErrorResponse("zażółć"),
    })
  );
  await using peer = await connect({ hostname: "127.0.0.1", port }, options);
  await peer.call(ECHO, "Hello World!");
  await peer.call(ECHO, new Uint8Array(LARGE));
  const job = await peer.sendRequest(JOB, "");
  await job.recvUpdate();
  await job.sendUpdate(STOP, "enough");
  await job.recvResponse();
  await (await peer.sendRequest(FAIL, "")).recvResponse();
  await peer.sendStream(-(2 ** 31) + 16, LAST);
  const bytes = await capture.until(LAST);
  await peer.close();
  listener.close();
  await running;
  return [bytes, port];
}
