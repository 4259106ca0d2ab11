/**
 * Looks at the frames of camera_server.ts, and says how fast they come.
 *
 *     deno run --allow-ffi --allow-read=camera.sock --allow-write=camera.sock \
 *       examples/camera_viewer.ts unix+shm:camera.sock [FRAMES] [MIB]
 *     deno run --allow-ffi --allow-read=camera.sock --allow-write=camera.sock \
 *       examples/camera_viewer.ts unix+seqpacket:camera.sock [FRAMES] [MIB]
 *     deno run --allow-net=unix:$PWD/camera.sock --allow-read=camera.sock \
 *       --allow-write=camera.sock examples/camera_viewer.ts unix:camera.sock [FRAMES] [MIB]
 *
 * The address is the server's; 100 frames of 64 MiB unless given.
 */
import { SharedMemoryPool } from "@fizyr/rpc/transports/shared-memory";
import * as rings from "@fizyr/rpc/transports/shared-ring";
import * as seqpacket from "@fizyr/rpc/transports/unix-seqpacket";
import * as stream from "@fizyr/rpc/transports/unix-stream";
import {
  Display,
  type Done,
  MAX_FRAME_SIZE,
  median,
  type Order,
  RECORD,
  type Shared,
  type Summary,
  update,
} from "./camera/frames.ts";

/** How it went. Times are medians, in ms. */
export interface Report extends Summary {
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly reading: number;
}

/** Orders frames and looks at them; `show` gets a line now and then. */
export async function view(
  address: string,
  order: Order,
  show: (line: string) => void,
): Promise<Report> {
  if (address.startsWith("unix+shm:")) {
    await using peer = await rings.connect(address);
    const request = await peer.sendRequest(RECORD, JSON.stringify(order));
    return await watch(request, order, show, (frame, see) => {
      // A view of the camera's memory. The camera may fill it again after this.
      using body = frame.body;
      return see(body.data);
    });
  }
  if (!address.startsWith("unix+seqpacket:")) {
    await using peer = await stream.connect(address, {
      maxBodyLenRead: MAX_FRAME_SIZE,
    });
    const request = await peer.sendRequest(RECORD, JSON.stringify(order));
    return await watch(request, order, show, (frame, see) => {
      // Gives the memory back for the next one.
      using body = frame.body;
      return see(body.data);
    });
  }
  await using peer = await seqpacket.connect(address);
  using pool = new SharedMemoryPool(peer);
  const request = await peer.sendRequest(RECORD, JSON.stringify(order));
  return await watch(request, order, show, (frame, see) => {
    using body = frame.body;
    const { size } = body.json() as Shared;
    return see(pool.map(body.fds[0]!).bytes.subarray(0, size));
  });
}

/** What both kinds of request have. */
interface Camera<M> extends AsyncIterable<M> {
  sendUpdate(serviceId: number, body: string): Promise<void>;
  recvResponse(): Promise<
    { readonly isError: boolean; text(): string; json(): unknown }
  >;
}

async function watch<M>(
  camera: Camera<M>,
  { frames, size }: Order,
  show: (line: string) => void,
  open: (frame: M, see: (bytes: Uint8Array) => number) => number,
): Promise<Report> {
  const display = new Display();
  const times: number[] = [];
  const begin = performance.now();
  const rates = (): { framesPerSecond: number; bytesPerSecond: number } => {
    const framesPerSecond = 1000 * times.length / (performance.now() - begin);
    return { framesPerSecond, bytesPerSecond: framesPerSecond * size };
  };
  const step = Math.ceil(frames / 5);
  for await (const frame of camera) {
    const reading = open(frame, (bytes) => display.show(bytes, times.length));
    times.push(reading);
    const done: Done = { reading };
    await camera.sendUpdate(update.DONE, JSON.stringify(done));
    if (times.length % step !== 0) continue;
    const { framesPerSecond, bytesPerSecond } = rates();
    show(
      `frame ${times.length} of ${frames}: ${
        framesPerSecond.toFixed(1)
      } frames/s, ${(bytesPerSecond / 1e6).toFixed(0)} MB/s`,
    );
  }
  const response = await camera.recvResponse();
  if (response.isError) throw new Error(`The camera says: ${response.text()}`);
  const summary = response.json() as Summary;
  return { ...summary, ...rates(), reading: median(times) };
}

if (import.meta.main) {
  const [address = "unix+seqpacket:camera.sock", frames = "100", mib = "64"] =
    Deno.args;
  const order = { frames: Number(frames), size: Number(mib) * 1024 * 1024 };
  console.log(await view(address, order, console.log));
}
