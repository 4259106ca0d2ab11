/**
 * Serves the interface of the native program on the address that is its argument.
 * Prints where it listens, and ends with its first connection.
 */
import process from "node:process";
import { bind } from "@fizyr/rpc";

const PING = 0, RECORD = 2, RESET = 7;

const listener = await bind(process.argv[2]!);
console.log(JSON.stringify(listener.addr));
const peer = await listener.accept();
await peer.serve({
  [PING]: () => "null",
  [RECORD]: async (request, body) => {
    const { images, until_cancelled } = body.json() as {
      images: number;
      until_cancelled: boolean;
    };
    if (images === 0) {
      return await request.sendErrorResponse("nothing to record");
    }
    await request.sendUpdate(0, `"Preparing"`);
    for (let index = 0; index < images; index++) {
      const image = {
        index,
        width: 1,
        height: 1,
        format: "Mono8",
        data: [index],
      };
      await request.sendUpdate(1, JSON.stringify(image));
    }
    const cancelled = until_cancelled
      ? (await request.recvUpdate())?.json() as { reason: string }
      : null;
    return JSON.stringify({ images, cancelled: cancelled?.reason ?? null });
  },
  [RESET]: async (request) => {
    await request.sendResponse(RESET, "null");
    await peer.sendStream(1, `{"celsius":21.5}`);
  },
});
await peer.close();
await listener.shutdown();
