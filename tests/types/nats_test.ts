/** The types of NATS: of its own client, of addresses, and of clients of services. */
import type { NatsConnection } from "@nats-io/transport-node";
import { body, Broadcast, defineInterface } from "../../interface/mod.ts";
import {
  bind,
  connect,
  type NatsInfo,
  type PeerHandle,
  type StreamBody,
} from "../../mod.ts";
import * as nats from "../../endpoints/nats.ts";
import {
  type NatsServiceInfo,
  publisher,
  service,
  serviceClient,
} from "../../nats/mod.ts";
import { compiles, type Equal, holds } from "./support.ts";

const Camera = defineInterface({
  name: "Camera",
  services: {
    expose: { id: 1, request: body<number>(), response: body<string>() },
  },
  streams: { frames: { id: 1, from: "server", body: body<number>() } },
});

Deno.test("./transports/nats connects and binds, with a connection of the NATS client too", () => {
  compiles(async (connection: NatsConnection, text: string = "") => {
    const peer = await nats.connect(text);
    holds<Equal<typeof peer, PeerHandle<StreamBody, nats.NatsInfo>>>();
    const subject = "cell.camera";
    await nats.connect({ transport: "nats", connection, subject });
    const top = await connect("nats://127.0.0.1:4222/cell.camera", {
      nats: { user: "cell" },
      authorize: (info) => holds<Equal<typeof info, NatsInfo>>(),
    });
    holds<Equal<typeof top, typeof peer>>();
    const listener = await bind({ transport: "nats", connection, subject });
    await connect(listener.addr);
    // @ts-expect-error a TCP address has no place here
    await nats.connect({ port: 1337 });
  });
});

Deno.test("./nats has typed services and clients", () => {
  compiles(async (connection: NatsConnection) => {
    await service(
      connection,
      Camera.implement<NatsServiceInfo>({
        expose(n, { info }) {
          holds<Equal<typeof info, NatsServiceInfo>>();
          return `${n}`;
        },
      }),
    );
    await using camera = serviceClient(connection, Camera);
    const image = await camera.expose(7);
    holds<Equal<typeof image, string>>();
    // @ts-expect-error a number is asked for
    await camera.expose("7");
    const near = await serviceClient(connection, Camera, { prefer: "direct" });
    holds<Equal<typeof near, typeof camera>>();
    for await (const frame of camera.frames()) {
      holds<Equal<typeof frame, number>>();
    }
    using frames = new Broadcast(Camera.streams.frames);
    frames.add(publisher(connection, Camera));
  });
});
