/** What compiles with `implement` and `serve`. */
import {
  bytes,
  defineInterface,
  type HandlersOf,
  Implementation,
  peerBody,
  serve,
} from "../../../interface/mod.ts";
import type {
  Body,
  Listener,
  PeerHandle,
  PeerReadHandle,
  PeerWriteHandle,
  StreamBody,
} from "../../../mod.ts";
import type { UnixStreamInfo } from "../../../transports/mod.ts";
import { accepts, compiles, type Equal, holds } from "../../types/support.ts";
import { Camera, handlers } from "../support/camera.ts";
import { Robot } from "../support/robot.ts";

interface OtherBody extends Body {
  readonly fds: readonly Disposable[];
}

const Frames = defineInterface({
  name: "Frames",
  services: {
    grab: { id: 21, response: peerBody<OtherBody>() },
    put: { id: 22, request: bytes },
  },
});

declare const camera: ReturnType<typeof Camera.implement>;
declare const robot: Implementation;
declare const frames: Implementation<OtherBody>;

Deno.test("serve takes implementations, and options last", () => {
  compiles((peer: PeerHandle, read: PeerReadHandle, write: PeerWriteHandle) => {
    accepts<Promise<void>>(serve(peer));
    serve(peer, camera);
    serve(read, camera, robot);
    serve(peer, camera, robot, { onInvalid: () => true });
    serve(peer, camera, {
      onInvalid: (error, request) => {
        holds<Equal<typeof error.received.body, Body>>();
        accepts<number | undefined>(request?.requestId);
      },
    });
    serve(peer, ...[camera, robot]);
    // @ts-expect-error it doesn't receive
    serve(write, camera);
    // @ts-expect-error that is the interface
    serve(peer, Camera);
    // @ts-expect-error options come last
    serve(peer, { onInvalid: () => true }, camera);
    // @ts-expect-error there is no such option
    serve(peer, camera, { onInvalidd: () => true });
    // @ts-expect-error only the library makes them
    new Implementation("Camera");
  });
});

Deno.test("An implementation asks for a peer that carries its bodies", () => {
  holds<
    Equal<typeof frames, Implementation<OtherBody, unknown>>
  >();
  compiles((good: PeerHandle<OtherBody>, bad: PeerHandle<StreamBody>) => {
    accepts<Implementation<OtherBody>>(
      Frames.implement({ grab: () => "", put: () => {} }),
    );
    serve(good, frames, camera);
    // @ts-expect-error it carries no descriptors
    serve(bad, frames);
    // @ts-expect-error it carries no descriptors
    serve(bad, camera, frames);
    // Whoever serves any body can serve this one, not the other way round.
    accepts<Implementation<StreamBody>>(camera);
    // @ts-expect-error another peer's body isn't enough
    accepts<Implementation<StreamBody>>(frames);
  });
});

Deno.test("Handlers know of the connection what the peer or the type says", () => {
  compiles((peer: PeerHandle<StreamBody, { a: 1 }>, other: PeerHandle) => {
    Camera.serve(peer, {
      ...handlers,
      name: (_nothing, { info, peer }) => {
        holds<Equal<typeof info, { a: 1 }>>();
        holds<Equal<typeof peer, PeerWriteHandle<Body, { a: 1 }>>>();
        Camera.client(peer);
        return "";
      },
      tick: (_nothing, { info, peer }) => {
        holds<Equal<typeof info, { a: 1 }>>();
        accepts<Promise<unknown>>(peer.call(1, ""));
      },
    });
    Camera.implement({
      ...handlers,
      name: (_nothing, { info }) => {
        holds<Equal<typeof info, unknown>>();
        return "";
      },
    });
    const local = Camera.implement<UnixStreamInfo>({
      ...handlers,
      name: (_nothing, { info }) => `user ${info.credentials?.uid}`,
    });
    // @ts-expect-error that peer has no credentials
    serve(other, local);
    // @ts-expect-error that peer has no credentials
    serve(peer, local);
  });
  compiles((unix: PeerHandle<StreamBody, UnixStreamInfo>) => {
    serve(unix, Camera.implement<UnixStreamInfo>(handlers), robot);
    const named: HandlersOf<typeof Camera, UnixStreamInfo> = {
      ...handlers,
      name: (_nothing, { info }) => `${info.credentials?.pid}`,
    };
    Camera.serve(unix, named);
    serve(unix, Camera.implement(named));
  });
  compiles(
    (peer: PeerHandle, named: HandlersOf<typeof Camera, UnixStreamInfo>) => {
      // @ts-expect-error that peer has no credentials
      Camera.serve(peer, named);
      // @ts-expect-error that peer has no credentials
      serve(peer, Camera.implement(named));
    },
  );
  compiles((frames: HandlersOf<typeof Frames>) => {
    holds<
      Equal<
        Parameters<typeof frames.put>[1]["peer"],
        PeerWriteHandle<OtherBody, unknown>
      >
    >();
  });
});

Deno.test("A listener serves all connections with one implementation", () => {
  compiles((listener: Listener<StreamBody, unknown>) => {
    listener.run((peer) => serve(peer, camera, robot));
  });
});

Deno.test("implement takes the handlers that serve takes", () => {
  compiles(() => {
    const { name: _name, ...noName } = handlers;
    // @ts-expect-error the handler of name is missing
    Camera.implement(noName);
    Camera.implement({
      ...handlers,
      // @ts-expect-error there is no such service
      zoom: () => {},
    });
    Camera.implement({
      ...handlers,
      // @ts-expect-error the response is text
      name: () => 5,
    });
    Robot.implement({
      move: async function* (angle) {
        holds<Equal<typeof angle, number>>();
        yield { name: "angle", body: 1 };
        return angle;
      },
      name: () => "",
      jog: (speed) => holds<Equal<typeof speed, number>>(),
    });
    class Handlers {
      other = 5;
      name(): string {
        return "";
      }
      move(angle: number): number {
        return angle;
      }
      jog(): void {}
      helper(): void {}
    }
    Robot.implement(new Handlers());
    class Wrong extends Handlers {
      override move(): never {
        throw new Error();
      }
    }
    Robot.implement(new Wrong());
    class Less {
      name(): string {
        return "";
      }
      jog(): void {}
    }
    // @ts-expect-error move is missing
    Robot.implement(new Less());
  });
});
