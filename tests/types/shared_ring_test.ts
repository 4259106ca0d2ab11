import {
  connect,
  listen,
  SharedRingTransport,
  type UnixBody,
} from "../../mod.ts";
import type {
  Listener,
  PeerHandle,
  SharedRingAddr,
  SharedRingInfo,
} from "../../mod.ts";
import * as rings from "../../endpoints/shared_ring.ts";
import { accepts, compiles, type Equal, holds } from "./support.ts";

type RingPeer = PeerHandle<UnixBody, SharedRingInfo>;

Deno.test("An address of shared rings gives a peer whose bodies have descriptors", () => {
  compiles(async (path: string = "") => {
    for (
      const peer of [
        await connect("unix+shm:/run/cell.sock"),
        await connect(`unix+shm:${path}`),
        await connect({ transport: "unix-shm", path: "cell.sock" }),
        await rings.connect("/run/cell.sock", { ringSize: 65536 }),
      ]
    ) {
      holds<Equal<typeof peer, RingPeer>>();
    }
    await connect("unix+shm:/run/x", {
      ringSize: 65536,
      maxFdsRead: 1,
      authorize(info) {
        holds<Equal<typeof info, SharedRingInfo>>();
        return info.credentials?.uid === 0;
      },
    });
    // @ts-expect-error a size is a number
    await connect("unix+shm:/run/x", { ringSize: "65536" });
    // @ts-expect-error a byte stream has no ring
    await connect("unix:/run/x", { ringSize: 65536 });
  });
});

Deno.test("A listener for rings has a path", () => {
  compiles(async () => {
    const listener = listen("unix+shm:/run/cell.sock", {
      mode: 0o600,
      maxRingSize: 65536,
    });
    holds<Equal<typeof listener.addr, SharedRingAddr>>();
    accepts<Listener<UnixBody, SharedRingInfo, SharedRingAddr>>(listener);
    const peer = await listener.accept();
    holds<Equal<typeof peer, RingPeer>>();
    const again = await connect(listener.addr);
    holds<Equal<typeof again, RingPeer>>();
    const pair = SharedRingTransport.pair({ ringSize: 4096 });
    holds<Equal<typeof pair, [SharedRingTransport, SharedRingTransport]>>();
  });
});
