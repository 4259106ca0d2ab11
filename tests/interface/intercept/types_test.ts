/** What compiles with interceptors, and what types they are given. */
import {
  body,
  type ClientCall,
  type ClientInterceptor,
  type ClientInterceptorOf,
  defineInterface,
  type Implementation,
  type Interceptor,
  type None,
  serve,
  type ServerCall,
  type ServerInterceptor,
  type ServerInterceptorOf,
} from "../../../interface/mod.ts";
import type {
  Body,
  PeerHandle,
  PeerWriteHandle,
  StreamBody,
} from "../../../mod.ts";
import type { Caller } from "../../../peer/mod.ts";
import { compiles, type Equal, holds } from "../../types/support.ts";
import { Camera, handlers, type State } from "../support/camera.ts";
import { z } from "../support/schemas.ts";

declare const anyPeer: PeerHandle;
declare const implementation: Implementation;

Deno.test("A server's calls are a union that is told apart by service", () => {
  compiles(() => {
    Camera.implement(handlers, {
      intercept: [async (call, next) => {
        holds<Equal<typeof call.service, "name" | "record" | "reset">>();
        holds<Equal<typeof call.interface, string>>();
        holds<Equal<typeof call.signal, AbortSignal>>();
        holds<
          Equal<typeof call.metadata, Readonly<Record<string, string>>>
        >();
        holds<Equal<typeof call.peer, PeerWriteHandle<Body, unknown>>>();
        if (call.service === "record") {
          holds<Equal<typeof call.body.frames, number>>();
          call.mapUpdate((update) => {
            holds<Equal<typeof update.name, "state" | "image">>();
            if (update.name === "state") {
              holds<Equal<typeof update.body, State>>();
              return { name: "state", body: { frame: 1, frames: 2 } };
            }
            return update;
          });
          // @ts-expect-error an update is returned
          call.mapUpdate((update) => console.log(update));
          // @ts-expect-error there is no such update
          call.mapUpdate(() => ({ name: "stop" }));
          // @ts-expect-error frame is missing
          call.mapUpdate(() => ({ name: "state", body: { frames: 2 } }));
        } else {
          holds<Equal<typeof call.body, undefined>>();
        }
        // @ts-expect-error there is no such service
        if (call.service === "zoom") return;
        // @ts-expect-error frames is a number
        await next({ body: { frames: "1" } });
        // @ts-expect-error there is no such change
        await next({ bdy: { frames: 1 } });
        // @ts-expect-error metadata are strings
        await next({ metadata: { user: 5 } });
        return await next({
          body: { frames: 1 },
          metadata: { user: "x" },
          signal: AbortSignal.abort(),
        });
      }],
    });
  });
  compiles(() => {
    // @ts-expect-error it gives no promise
    Camera.implement(handlers, { intercept: [() => 5] });
    Camera.implement(handlers, {
      // @ts-expect-error it is a list
      intercept: (_call: unknown, next: () => Promise<unknown>) => next(),
    });
  });
});

Deno.test("Camera.serve takes interceptors too, and they know the peer", () => {
  compiles((peer: PeerHandle<StreamBody, { a: 1 }>) => {
    Camera.serve(peer, handlers, {
      onInvalid: () => true,
      intercept: [(call, next) => {
        holds<Equal<typeof call.peer, PeerWriteHandle<Body, { a: 1 }>>>();
        return next();
      }],
    });
  });
});

Deno.test("serve's interceptors see calls of any interface", () => {
  compiles((peer: PeerHandle<StreamBody, { a: 1 }>) => {
    serve(peer, implementation, {
      intercept: [async (call, next) => {
        holds<Equal<typeof call.service, string>>();
        holds<Equal<typeof call.body, unknown>>();
        holds<
          Equal<typeof call.peer, PeerWriteHandle<StreamBody, { a: 1 }>>
        >();
        return await next({ body: "anything" });
      }],
    });
  });
});

Deno.test("A client's calls have what its methods take, and its updates", () => {
  compiles((peer: PeerHandle<StreamBody, { a: 1 }>, write: PeerWriteHandle) => {
    Camera.client(peer, {
      intercept: [async (call, next) => {
        holds<Equal<typeof call.service, "name" | "record" | "reset">>();
        holds<
          Equal<
            typeof call.peer,
            | PeerHandle<StreamBody, { a: 1 }>
            | PeerWriteHandle<StreamBody, { a: 1 }>
            | Caller<StreamBody, { a: 1 }>
          >
        >();
        if (call.service === "record") {
          holds<Equal<typeof call.body.frames, number>>();
          call.mapUpdate((update) => {
            if (update.name === "image") {
              holds<Equal<typeof update.body, Uint8Array<ArrayBuffer>>>();
            }
            return update;
          });
        }
        const response = await next();
        holds<
          Equal<typeof response, string | Uint8Array<ArrayBuffer> | undefined>
        >();
        return response;
      }],
    });
    Camera.client(write, {
      intercept: [(_call, next) => next()],
      onInvalid: () => true,
    });
    // @ts-expect-error it gives no promise
    Camera.client(write, { intercept: [() => 5] });
  });
});

Deno.test("Schemas give inputs on clients and outputs on servers", () => {
  const Parse = defineInterface({
    name: "Parse",
    services: {
      parse: {
        id: 1,
        request: z.string().transform(Number),
        response: z.string().transform(Number),
        responseUpdates: {
          step: { id: 1, body: z.string().transform(Number) },
        },
      },
    },
  });
  compiles((peer: PeerHandle) => {
    Parse.client(peer, {
      intercept: [async (call, next) => {
        holds<Equal<typeof call.body, string>>();
        call.mapUpdate((update) => {
          holds<Equal<typeof update.body, number>>();
          return update;
        });
        const response = await next({ body: "5" });
        holds<Equal<typeof response, number>>();
        return response;
      }],
    });
    Parse.implement({ parse: () => "5" }, {
      intercept: [async (call, next) => {
        holds<Equal<typeof call.body, number>>();
        call.mapUpdate((update) => {
          holds<Equal<typeof update.body, string>>();
          return update;
        });
        // What it puts in is checked: it is the input.
        const response = await next({ body: "5" });
        holds<Equal<typeof response, string>>();
        return response;
      }],
    });
  });
});

Deno.test("An interceptor for any interface goes everywhere", () => {
  compiles(() => {
    const log: Interceptor = async (call, next) => {
      console.log(call.interface, call.service, call.body, call.peer.info);
      call.mapUpdate((update) => {
        holds<Equal<typeof update.name, string>>();
        return update;
      });
      // @ts-expect-error it doesn't know the type
      await next({ body: 5 });
      return await next({ metadata: { user: "x" } });
    };
    const Empty = defineInterface({ name: "Empty" });
    Camera.client(anyPeer, { intercept: [log] });
    Camera.implement(handlers, { intercept: [log] });
    Camera.serve(anyPeer, handlers, { intercept: [log] });
    Empty.client(anyPeer, { intercept: [log] });
    Empty.implement({}, { intercept: [log] });
    serve(anyPeer, implementation, { intercept: [log] });
  });
});

Deno.test("Interceptors can be written apart from what they stand around", () => {
  compiles(() => {
    const server: ServerInterceptorOf<typeof Camera> = (call, next) => {
      if (call.service === "record") {
        holds<Equal<typeof call.body.frames, number>>();
      }
      return next();
    };
    const client: ClientInterceptorOf<typeof Camera> = (call, next) => {
      if (call.service === "record") {
        holds<Equal<typeof call.body.frames, number>>();
      }
      return next();
    };
    Camera.serve(anyPeer, handlers, { intercept: [server] });
    Camera.implement(handlers, { intercept: [server] });
    Camera.client(anyPeer, { intercept: [client] });
  });
  const services = {
    name: { id: 1, response: body<string>() },
    count: { id: 2, request: body<number>() },
  } as const;
  type S = typeof services;
  holds<Equal<ServerCall<S>["service"], "name" | "count">>();
  holds<Equal<ClientCall<S>["body"], number | undefined>>();
  holds<Equal<ServerCall<None>, never>>();
  const Named = defineInterface({ name: "Named", services });
  compiles(
    (server: ServerInterceptor<S>, client: ClientInterceptor<S>) => {
      Named.implement({ name: () => "", count: () => {} }, {
        intercept: [server],
      });
      Named.client(anyPeer, { intercept: [client] });
      // @ts-expect-error it is for another interface
      Camera.client(anyPeer, { intercept: [client] });
      // @ts-expect-error a client's calls have another peer
      Named.client(anyPeer, { intercept: [server] });
    },
  );
});
