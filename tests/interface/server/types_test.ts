/** What compiles with servers, and what types are inferred. */
import {
  body,
  defineInterface,
  type MessageOf,
} from "../../../interface/mod.ts";
import { inMemory } from "../../../interface/testing.ts";
import type { PeerHandle } from "../../../mod.ts";
import { compiles, type Equal, holds } from "../../types/support.ts";
import { Camera, handlers } from "../support/camera.ts";

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
        const updates = request.updates({ keep: "latest", onDrop: () => {} });
        holds<Equal<typeof updates, ReturnType<typeof request.updates>>>();
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

Deno.test("The handlers of a test are checked like those of a server", () => {
  compiles(() => {
    inMemory(Camera, handlers);
    // @ts-expect-error the response is text
    inMemory(Camera, { ...handlers, name: () => 5 });
  });
});
