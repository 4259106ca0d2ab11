/** What compiles of declarations, and what types are inferred. */
import {
  body,
  bytes,
  type ClientOf,
  defineInterface,
  type HandlersOf,
  type Interface,
  type None,
  peerBody,
  type TypedSentRequest,
} from "../../../interface/mod.ts";
import type {
  Body,
  PeerHandle,
  PeerReadHandle,
  PeerWriteHandle,
  StreamBody,
  UnixBody,
} from "../../../mod.ts";
import { accepts, compiles, type Equal, holds } from "../../types/support.ts";
import { Camera, handlers } from "../support/camera.ts";
import { type Arktype, type Valibot, z, type Zod } from "../support/schemas.ts";

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
        i: { id: -2147483632 },
        // @ts-expect-error that is reserved
        l: { id: -2147483648 },
        // @ts-expect-error that is reserved
        m: { id: -2147483633 },
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

Deno.test("One body that only some peers carry is enough, wherever it is", () => {
  const plain = { id: 1, request: body<string>(), response: bytes } as const;
  const InUpdate = defineInterface({
    name: "InUpdate",
    services: {
      plain,
      grab: {
        id: 2,
        responseUpdates: {
          state: { id: 1 },
          frame: { id: 2, body: peerBody<UnixBody>() },
        },
      },
    },
  });
  const InStream = defineInterface({
    name: "InStream",
    services: { plain },
    streams: { frame: { id: 1, body: peerBody<UnixBody>() } },
  });
  const Nowhere = defineInterface({
    name: "Nowhere",
    services: { plain },
    streams: { log: { id: 1, body: body<string>() } },
  });
  compiles((stream: PeerHandle<StreamBody>, unix: PeerHandle<UnixBody>) => {
    InUpdate.client(unix);
    InStream.client(unix);
    Nowhere.client(unix);
    Nowhere.client(stream);
    // @ts-expect-error it carries no descriptors
    InUpdate.client(stream);
    // @ts-expect-error it carries no descriptors
    InStream.client(stream);
  });
});

Deno.test("Members that there aren't don't compile, at any level", () => {
  compiles(() => {
    defineInterface({
      name: "Bad",
      services: {
        // @ts-expect-error it is called response
        a: { id: 1, reponse: body<string>() },
        b: {
          id: 2,
          requestUpdates: {
            // @ts-expect-error it is called body
            x: { id: 1, bdy: body<string>() },
          },
          responseUpdates: {
            // @ts-expect-error it is called hidden
            x: { id: 1, hiden: true },
          },
        },
        // @ts-expect-error a service has no body
        c: { id: 3, body: body<string>() },
        // @ts-expect-error it is called responseUpdates
        d: { id: 4, responseUpdate: { x: { id: 1 } } },
      },
      streams: {
        // @ts-expect-error it is called body
        a2: { id: 1, boddy: body<string>() },
        // @ts-expect-error it is called doc
        b2: { id: 2, docs: "" },
      },
    });
    defineInterface({
      name: "Bad",
      // @ts-expect-error it is called services
      service: {},
    });
    const services = { a: { id: 1, reponse: body<string>() } } as const;
    // @ts-expect-error declared elsewhere it is no better
    defineInterface({ name: "Bad", services });
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
    readonly fds: readonly Disposable[];
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
