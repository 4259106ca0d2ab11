/** What compiles, what doesn't, and what types are inferred. */
import {
  body,
  bytes,
  type ClientOf,
  defineInterface,
  type HandlersOf,
  type Interface,
  type MessageOf,
  type None,
  peerBody,
  type TypedSentRequest,
} from "../../interface/mod.ts";
import { inMemory } from "../../interface/testing.ts";
import type {
  Body,
  PeerHandle,
  PeerReadHandle,
  PeerWriteHandle,
  StreamBody,
} from "../../mod.ts";
import { accepts, compiles, type Equal, holds } from "../types/support.ts";
import { Camera, handlers, type State } from "./support/camera.ts";
import { type Arktype, type Valibot, z, type Zod } from "./support/schemas.ts";

type Client = ClientOf<typeof Camera>;
type Bytes = Uint8Array<ArrayBuffer>;
type Recording = Awaited<ReturnType<Client["record"]>>;

Deno.test("A service without updates is a call, one with updates gives a handle", () => {
  compiles(async (camera: Client) => {
    holds<Equal<typeof name, string>>();
    const name = await camera.name();
    const nothing = await camera.reset();
    holds<Equal<typeof nothing, undefined>>();
    const recording = await camera.record({ frames: 1 });
    holds<Equal<typeof recording, Recording>>();
    const response = await recording.response();
    holds<Equal<typeof response, Bytes>>();
    accepts<Promise<void>>(camera.temperature(1.5));
    accepts<Promise<void>>(camera.tick());
  });
});

Deno.test("Bodies have the types that were declared", () => {
  compiles((camera: Client, recording: Recording) => {
    camera.record({ frames: 1 }, { signal: AbortSignal.abort() });
    camera.name({ signal: AbortSignal.abort() });
    // @ts-expect-error frames is a number
    camera.record({ frames: "1" });
    // @ts-expect-error the body is missing
    camera.record();
    // @ts-expect-error there is no such property
    camera.record({ frames: 1, speed: 2 });
    // @ts-expect-error there is no body
    camera.name("left");
    // @ts-expect-error there is no such option
    camera.name({ timeout: 5 });
    // @ts-expect-error a stream message has a body too
    camera.temperature("warm");
    recording.send.exposure(0.5, { signal: AbortSignal.abort() });
    recording.send.cancel();
    // @ts-expect-error the body is a number
    recording.send.exposure("long");
    // @ts-expect-error there is no body
    recording.send.cancel("now");
  });
});

Deno.test("Unknown services, streams and updates don't compile", () => {
  compiles((camera: Client, recording: Recording) => {
    // @ts-expect-error there is no such service
    camera.zoom();
    // @ts-expect-error that is an update
    camera.cancel();
    // @ts-expect-error there is no such update
    recording.send.stop();
    // @ts-expect-error that one comes from the other side
    recording.send.state({ frame: 1, frames: 1 });
    // @ts-expect-error services are there to be called
    camera.name = () => Promise.resolve("mine");
  });
});

Deno.test("Updates are a union that is told apart by name", () => {
  compiles(async (recording: Recording) => {
    for await (const update of recording.updates()) {
      holds<Equal<typeof update.name, "state" | "image">>();
      if (update.name === "state") holds<Equal<typeof update.body, State>>();
      else holds<Equal<typeof update.body, Bytes>>();
      // @ts-expect-error there is no such update
      if (update.name === "stop") return;
    }
  });
  compiles(async (recording: Recording) => {
    for await (const update of recording.updates()) {
      // @ts-expect-error an image has no frame
      console.log(update.body.frame);
    }
  });
});

Deno.test("Received messages are a union that is told apart by name", () => {
  type Received = MessageOf<typeof Camera>;
  holds<
    Equal<
      Received["name"],
      "name" | "record" | "reset" | "temperature" | "tick"
    >
  >();
  compiles(async (message: Received) => {
    if (message.name === "temperature") {
      holds<Equal<typeof message.kind, "stream">>();
      holds<Equal<typeof message.body, number>>();
      // @ts-expect-error nobody answers a stream message
      message.request;
    } else if (message.name === "record") {
      holds<Equal<typeof message.kind, "request">>();
      holds<Equal<typeof message.body.frames, number>>();
      await message.request.send.state({ frame: 1, frames: 1 });
      await message.request.sendResponse("text is bytes too");
      // @ts-expect-error the response has a body
      await message.request.sendResponse();
      // @ts-expect-error a number is none
      await message.request.sendResponse(5);
      // @ts-expect-error frame is missing
      await message.request.send.state({ frames: 1 });
      // @ts-expect-error that one comes from the other side
      await message.request.send.cancel();
      for await (const update of message.request.updates()) {
        holds<Equal<typeof update.name, "cancel" | "exposure">>();
        if (update.name === "exposure") {
          holds<Equal<typeof update.body, number>>();
        } else holds<Equal<typeof update.body, undefined>>();
      }
    } else if (message.name === "reset") {
      await message.request.sendResponse();
      // @ts-expect-error there is no body
      await message.request.sendResponse("done");
    }
    // @ts-expect-error there is no such service
    if (message.name === "zoom") return;
  });
  compiles((message: Received) => {
    switch (message.name) {
      case "name":
      case "record":
      case "reset":
      case "temperature":
      case "tick":
        return;
      default:
        holds<Equal<typeof message, never>>();
    }
  });
});

Deno.test("Each service and stream has a handler, and nothing else has", () => {
  compiles((peer: PeerHandle) => {
    const { name: _name, ...noName } = handlers;
    // @ts-expect-error the handler of name is missing
    Camera.serve(peer, noName);
    const { tick: _tick, ...noTick } = handlers;
    // @ts-expect-error the handler of tick is missing
    Camera.serve(peer, noTick);
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error there is no such service
      zoom: () => {},
    });
  });
});

Deno.test("Handlers take and give what was declared", () => {
  compiles((peer: PeerHandle) => {
    Camera.serve(peer, {
      name: (nothing, request) => {
        holds<Equal<typeof nothing, undefined>>();
        holds<Equal<typeof request.signal, AbortSignal>>();
        return "x";
      },
      record: async function* (recording, request) {
        holds<Equal<typeof recording.frames, number>>();
        yield { name: "state", body: { frame: 1, frames: 1 } };
        yield { name: "image", body: "pixels" };
        await request.send.image("more");
        for await (const { name } of request.updates()) {
          holds<Equal<typeof name, "cancel" | "exposure">>();
        }
        return new Uint8Array();
      },
      reset: async () => {},
      temperature: (degrees) => holds<Equal<typeof degrees, number>>(),
      tick: (nothing) => holds<Equal<typeof nothing, undefined>>(),
    });
  });
  compiles((peer: PeerHandle) => {
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the response is text
      name: () => 5,
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the response is missing
      name: () => {},
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the response is text
      name: () => Promise.resolve(5),
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error there is no response
      reset: () => "done",
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the service has no updates to yield
      name: async function* () {
        yield { name: "state", body: { frame: 1, frames: 1 } };
        return "x";
      },
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error there is no such update
      record: async function* () {
        yield { name: "stop" };
        return "";
      },
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error frames is missing
      record: async function* () {
        yield { name: "state", body: { frame: 1 } };
        return "";
      },
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the response is missing
      record: async function* () {
        yield { name: "image", body: "" };
      },
    });
    Camera.serve(peer, {
      ...handlers,
      // @ts-expect-error the body is of another type
      temperature: (degrees: string) => console.log(degrees),
    });
  });
});

Deno.test("Updates without a body are yielded by name alone", () => {
  const Clock = defineInterface({
    name: "Clock",
    services: {
      run: {
        id: 1,
        responseUpdates: {
          tick: { id: 1 },
          time: { id: 2, body: body<number>() },
        },
      },
    },
  });
  compiles((peer: PeerHandle) => {
    Clock.serve(peer, {
      run: async function* () {
        yield { name: "tick" };
        yield { name: "time", body: 5 };
      },
    });
    Clock.serve(peer, {
      // @ts-expect-error a tick has no body
      run: async function* () {
        yield { name: "tick", body: 5 };
      },
    });
    Clock.serve(peer, {
      // @ts-expect-error a time has one
      run: async function* () {
        yield { name: "time" };
      },
    });
  });
});

Deno.test("Schemas give what is sent and what is received", () => {
  type Scaled = Parameters<ClientOf<typeof Zod>["scale"]>[0];
  holds<Equal<Scaled, { width: number; name?: string | undefined }>>();
  holds<
    Equal<
      Awaited<ReturnType<ClientOf<typeof Zod>["scale"]>> extends
        TypedSentRequest<infer D> ? D["id"] : never,
      1
    >
  >();
  compiles(
    async (
      zod: ClientOf<typeof Zod>,
      valibot: ClientOf<typeof Valibot>,
      arktype: ClientOf<typeof Arktype>,
    ) => {
      for (const client of [zod, valibot, arktype] as const) {
        const scaling = await client.scale({ width: 1 });
        accepts<number>((await scaling.response()).area);
        for await (const update of scaling.updates()) {
          accepts<[number, string]>(update.body);
        }
      }
      // @ts-expect-error width is a number
      await zod.scale({ width: "1" });
      // @ts-expect-error width is a number
      await valibot.scale({ width: "1" });
      // @ts-expect-error width is a number
      await arktype.scale({ width: "1" });
    },
  );
  const Dates = defineInterface({
    name: "Dates",
    services: {
      parse: {
        id: 1,
        request: z.string().transform(Number),
        response: z.string().transform(Number),
      },
    },
  });
  compiles(async (dates: ClientOf<typeof Dates>) => {
    const parsed = await dates.parse("5");
    holds<Equal<typeof parsed, number>>();
  });
  compiles((serve: HandlersOf<typeof Dates>) => {
    holds<Equal<Parameters<typeof serve.parse>[0], number>>();
    holds<
      Equal<ReturnType<typeof serve.parse>, string | PromiseLike<string>>
    >();
  });
});

Deno.test("Ids that can't be don't compile", () => {
  compiles(() => {
    defineInterface({
      name: "Bad",
      services: {
        // @ts-expect-error the id is used twice
        a: { id: 1 },
        // @ts-expect-error the id is used twice
        b: { id: 1 },
        // @ts-expect-error -1 is reserved
        c: { id: -1 },
        // @ts-expect-error that is no integer
        d: { id: 0.5 },
        // @ts-expect-error that has more than 32 bits
        e: { id: 2147483648 },
        // @ts-expect-error that has more than 32 bits
        f: { id: -2147483649 },
        // @ts-expect-error that has more than 32 bits
        g: { id: 1e21 },
        h: { id: 2147483647 },
        i: { id: -2147483648 },
        j: {
          id: 1999999999,
          requestUpdates: { x: { id: 1 } },
          responseUpdates: { x: { id: 1 } },
        },
        k: {
          id: 2,
          requestUpdates: {
            // @ts-expect-error the id is used twice
            x: { id: 1 },
            // @ts-expect-error the id is used twice
            y: { id: 1 },
          },
          responseUpdates: {
            // @ts-expect-error -1 is reserved
            x: { id: -1 },
          },
        },
        // @ts-expect-error the name is reserved
        then: { id: 3 },
      },
    });
    defineInterface({
      name: "Bad",
      services: {
        // @ts-expect-error an id is a number
        a: { id: "1" },
        // @ts-expect-error a body is a schema
        b: { id: 4, request: "string" },
        // @ts-expect-error an id is needed
        c: {},
      },
    });
    defineInterface({
      name: "Bad",
      services: { same: { id: 1 } },
      streams: {
        // @ts-expect-error a service has this name
        same: { id: 1 },
        // @ts-expect-error the id is used twice
        a: { id: 2 },
        // @ts-expect-error the id is used twice
        b: { id: 2 },
      },
    });
  });
});

Deno.test("An interface with nothing of a kind has nothing of it", () => {
  const Empty = defineInterface({ name: "Empty" });
  holds<Equal<typeof Empty, Interface<None, None>>>();
  holds<Equal<keyof ClientOf<typeof Empty>, never>>();
});

Deno.test("Every kind of handle makes clients and servers", () => {
  compiles(
    (
      peer: PeerHandle<StreamBody, { a: 1 }>,
      read: PeerReadHandle,
      write: PeerWriteHandle,
    ) => {
      Camera.client(peer);
      Camera.client(write);
      Camera.serve(peer, handlers);
      Camera.serve(read, handlers);
      Camera.messages(peer);
      Camera.messages(read);
      // @ts-expect-error it doesn't send
      Camera.client(read);
      // @ts-expect-error it doesn't receive
      Camera.serve(write, handlers);
    },
  );
});

Deno.test("A body of the transport asks for a peer that carries it", () => {
  interface OtherBody extends Body {
    readonly fds: readonly number[];
  }
  const Frames = defineInterface({
    name: "Frames",
    services: {
      grab: { id: 1, response: peerBody<OtherBody>() },
      put: { id: 2, request: bytes },
    },
  });
  compiles(async (good: PeerHandle<OtherBody>, bad: PeerHandle<StreamBody>) => {
    const frame = await Frames.client(good).grab();
    holds<Equal<typeof frame, OtherBody>>();
    // @ts-expect-error it carries no descriptors
    Frames.client(bad);
    // @ts-expect-error it carries no descriptors
    Frames.messages(bad);
    Camera.client(good);
  });
});

Deno.test("The handlers of a test are checked like those of a server", () => {
  compiles(() => {
    inMemory(Camera, handlers);
    // @ts-expect-error the response is text
    inMemory(Camera, { ...handlers, name: () => 5 });
  });
});
