/**
 * A program that leaves an image to a worker, which inverts it. The image is given away
 * and comes back: it is never copied.
 *
 *     deno run --allow-read=. examples/worker.ts
 */
import { Peer } from "@fizyr/rpc/peer";
import { MessagePortTransport } from "@fizyr/rpc/transports/message-port";
import { INVERT, LIMITS } from "./worker/image.ts";

const worker = new Worker(import.meta.resolve("./worker/inverter.ts"), {
  type: "module",
});
{
  await using peer = Peer.spawn(new MessagePortTransport(worker, LIMITS));
  const image = new Uint8Array(1920 * 1080).fill(200);
  const answer = await peer.call(INVERT, { data: image, transfer: true });
  console.log(`Given away: ${image.length} bytes are left here`);
  console.log(
    `Inverted: ${answer.body.data.length} bytes of ${answer.body.data[0]}`,
  );
}
worker.terminate();
