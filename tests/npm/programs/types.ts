/** What compiles with the declarations of the package, and what doesn't. */
import {
  bind,
  connect,
  type Listener,
  type PeerHandle,
  type StreamBody,
  type TcpInfo,
} from "@fizyr/rpc";
import { body, bytes, defineInterface } from "@fizyr/rpc/interface";
import { cbor } from "@fizyr/rpc/interface/cbor";
import { inMemory } from "@fizyr/rpc/interface/testing";
import { type Inspector, inspector } from "@fizyr/rpc/inspector";
import { observeListener, traceCalls } from "@fizyr/rpc/otel";
import { Peer } from "@fizyr/rpc/peer";
import { FileDescriptor } from "@fizyr/rpc/transports/shared-memory";
import { connect as connectTcp, TcpTransport } from "@fizyr/rpc/transports/tcp";
import { bind as bindUnix } from "@fizyr/rpc/transports/unix-stream";

const Camera = defineInterface({
  name: "Camera",
  format: cbor,
  services: {
    name: { id: 1, response: body<string>() },
    record: {
      id: 2,
      request: body<{ frames: number }>(),
      response: bytes,
      requestUpdates: { stop: { id: 1 } },
      responseUpdates: { frame: { id: 1, body: body<number>() } },
    },
  },
});

export async function use(): Promise<void> {
  const peer: PeerHandle<StreamBody, TcpInfo> = await connect("tcp://cell:1");
  const port: number = peer.info.remoteAddr.port;
  const camera = Camera.client(peer);
  const name: string = await camera.name();
  const recording = await camera.record({ frames: port });
  for await (const update of recording.updates()) {
    const frame: number = update.body;
    console.log(frame, name);
  }
  await recording.send.stop();
  const image: Uint8Array = await recording.response();
  // @ts-expect-error it has no such service
  await camera.close();
  // @ts-expect-error the frames are missing
  await camera.record({});
  // @ts-expect-error it is a text
  const wrong: number = await camera.name();
  // @ts-expect-error there is no such option
  await connect("tcp://cell:1", { maxBodyLen: wrong });

  const listener: Listener<StreamBody, TcpInfo> = await bind("cell:1");
  await using unix = await bindUnix("/run/cell.sock", { mode: 0o600 });
  await unix.run((peer) =>
    Camera.serve(peer, {
      name: () => "left",
      record: async function* ({ frames }) {
        yield { name: "frame", body: frames };
        return image;
      },
    })
  );
  // @ts-expect-error a handler is missing
  Camera.implement({ name: () => "left" });
  const page: Inspector = await inspector(listener, { port: 8088 });
  const intercept = [page.intercept, traceCalls()];
  const traced: string = await Camera.client(peer, { intercept }).name();
  using _observed = observeListener(listener, { attributes: { of: traced } });
  await page.close();
  await listener.shutdown();
  await connectTcp("cell:1", { signal: AbortSignal.timeout(1) });
  await Peer.connect(TcpTransport, "cell:1");
  await using test = inMemory(Camera, {
    name: () => "left",
    record: () => image,
  });
  const size: number = FileDescriptor.open("/dev/null", "r").stat().size;
  console.log(await test.client.name(), size);
}
