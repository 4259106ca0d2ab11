/**
 * A camera that hands its frames to viewers: as leases over rings in shared memory,
 * in shared memory over a Unix seqpacket socket, or as bodies over a Unix stream. End
 * it with Ctrl+C.
 *
 *     deno run --allow-ffi --allow-read=camera.sock --allow-write=camera.sock \
 *       examples/camera_server.ts unix+shm:camera.sock
 *     deno run --allow-ffi --allow-read=camera.sock --allow-write=camera.sock \
 *       examples/camera_server.ts unix+seqpacket:camera.sock
 *     deno run --allow-net=unix:$PWD/camera.sock --allow-read=camera.sock \
 *       --allow-write=camera.sock --allow-sys examples/camera_server.ts unix:camera.sock
 *
 * --allow-sys is for the mode of the file of a stream socket.
 */
import { SharedMemoryPool } from "@fizyr/rpc/transports/shared-memory";
import * as rings from "@fizyr/rpc/transports/shared-ring";
import * as seqpacket from "@fizyr/rpc/transports/unix-seqpacket";
import * as stream from "@fizyr/rpc/transports/unix-stream";
import {
  type Done,
  MAX_FRAME_SIZE,
  median,
  type Order,
  RECORD,
  record,
  type Shared,
  type Summary,
  update,
} from "./camera/frames.ts";

/** What both kinds of request have. */
interface Viewer {
  recvUpdate(): Promise<{ json(): unknown } | null>;
}

const [address = "unix+seqpacket:camera.sock"] = Deno.args;
if (address.startsWith("unix+shm:")) await serveLeases(address);
else if (address.startsWith("unix+seqpacket:")) await serveShared(address);
else await serveCopies(address);

/** Frames as leases: the viewer sees the memory that the camera has filled. */
async function serveLeases(path: string): Promise<void> {
  await using listener = rings.listen(path, { mode: 0o600 });
  announce(listener);
  await listener.run(async (peer) => {
    using pool = new SharedMemoryPool(peer);
    await peer.serve({
      [RECORD]: (request, body) => {
        const order = body.json() as Order;
        return recordAll(request, order, () => {
          const lease = pool.lend(order.size);
          return {
            bytes: lease.bytes,
            send: () => request.sendUpdate(update.FRAME, lease),
            [Symbol.dispose]: () => lease.release(),
          };
        });
      },
    });
  });
}

/** Frames in shared memory: a message carries a descriptor and the size. */
async function serveShared(path: string): Promise<void> {
  await using listener = seqpacket.listen(path, { mode: 0o600 });
  announce(listener);
  await listener.run(async (peer) => {
    // One for each viewer, so that none sees what another was sent.
    using pool = new SharedMemoryPool(peer);
    await peer.serve({
      [RECORD]: (request, body) => {
        const order = body.json() as Order;
        const where: Shared = { size: order.size };
        const data = JSON.stringify(where);
        return recordAll(request, order, () => {
          const lease = pool.lend(order.size);
          return {
            bytes: lease.bytes,
            send: () =>
              request.sendUpdate(update.FRAME, { data, fds: [lease.fd] }),
            [Symbol.dispose]: () => lease.release(),
          };
        });
      },
    });
  });
}

/** The same frames as bodies, which go through the kernel. */
async function serveCopies(path: string): Promise<void> {
  await using listener = stream.listen(path, {
    mode: 0o600,
    maxBodyLenWrite: MAX_FRAME_SIZE,
  });
  announce(listener);
  await listener.run((peer) =>
    peer.serve({
      [RECORD]: (request, body) => {
        const order = body.json() as Order;
        const bytes = new Uint8Array(order.size);
        return recordAll(request, order, () => ({
          bytes,
          send: () => request.sendUpdate(update.FRAME, bytes),
          [Symbol.dispose]() {},
        }));
      },
    })
  );
}

/** Memory for a frame, and the way to the viewer. */
interface Frame extends Disposable {
  readonly bytes: Uint8Array;
  send(): Promise<void>;
}

async function recordAll(
  viewer: Viewer,
  { frames }: Order,
  begin: () => Frame,
): Promise<string> {
  const filling: number[] = [];
  const handingOver: number[] = [];
  for (let i = 0; i < frames; i++) {
    // Released when the viewer says that it is done, or is gone.
    using frame = begin();
    filling.push(record(frame.bytes, i));
    const sent = performance.now();
    await frame.send();
    const answer = await viewer.recvUpdate();
    if (answer === null) throw new Error("The viewer doesn't want more");
    const { reading } = answer.json() as Done;
    handingOver.push(performance.now() - sent - reading);
  }
  const summary: Summary = {
    filling: median(filling),
    handingOver: median(handingOver),
  };
  return JSON.stringify(summary);
}

function announce(
  listener: { readonly addr: { readonly path: string }; close(): void },
): void {
  Deno.addSignalListener("SIGINT", () => listener.close());
  console.log(`Listening on ${listener.addr.path}`);
}
