// Only tests use it: it isn't a dependency of the package.
// deno-lint-ignore-file no-import-prefix
import * as z from "npm:zod@4.6.7";
import { listen } from "../../mod.ts";
import { inspector } from "../../inspector/mod.ts";
import type { InspectorOptions } from "../../inspector/mod.ts";
import {
  bytes,
  defineInterface,
  type HandlersOf,
  serve,
} from "../../interface/mod.ts";
import { msgpack } from "../../interface/formats/msgpack.ts";

/** A PNG of one pixel. */
export const PNG: Uint8Array<ArrayBuffer> = Uint8Array.from(
  atob(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ),
  (char) => char.charCodeAt(0),
);

export const Camera = defineInterface({
  name: "Camera",
  doc: "A camera that *records*.",
  extensions: true,
  services: {
    record: {
      id: 1,
      doc: "Records frames.",
      request: z.object({
        frames: z.int().positive(),
        password: z.string().optional(),
      }),
      response: z.object({ frames: z.int() }),
      requestUpdates: { exposure: { id: 1, body: z.number() } },
      responseUpdates: { exposed: { id: 1, body: z.number() } },
      errors: { busy: { body: z.object({ framesLeft: z.int() }) } },
    },
    picture: { id: 2, response: bytes },
  },
});

export const Eye = defineInterface({
  name: "Eye",
  format: msgpack,
  services: {
    look: {
      id: 3,
      response: z.object({
        width: z.int(),
        height: z.int(),
        pixels: z.instanceof(Uint8Array),
      }),
    },
  },
});

type TcpText = `tcp://127.0.0.1:${number}`;

/** A server with an inspector. */
export class InspectedServer implements AsyncDisposable {
  readonly #resources: AsyncDisposableStack;
  /** The address of the server. */
  readonly address: TcpText;
  /** The address of the page. */
  readonly url: string;
  /** Resolves when a recording has been cancelled. */
  readonly cancelled: Promise<void>;

  private constructor(
    resources: AsyncDisposableStack,
    address: TcpText,
    url: string,
    cancelled: Promise<void>,
  ) {
    this.#resources = resources;
    this.address = address;
    this.url = url;
    this.cancelled = cancelled;
  }

  /** Starts it. */
  static async start(options: InspectorOptions = {}): Promise<InspectedServer> {
    await using resources = new AsyncDisposableStack();
    const { promise: cancelled, resolve: onCancel } = Promise.withResolvers<
      void
    >();
    const listener = resources.use(listen("tcp://127.0.0.1:0"));
    const page = resources.use(
      await inspector(listener, { port: 0, token: "secret", ...options }),
    );
    const camera = Camera.implement(handlers(onCancel));
    const eye = Eye.implement({
      look: () => ({ width: 2, height: 1, pixels: new Uint8Array([0, 255]) }),
    });
    listener.run((peer) =>
      serve(peer, camera, eye, {
        describe: { program: { name: "cell", version: "1.2.3" } },
        stats: true,
        intercept: [page.intercept],
      })
    );
    const address = `tcp://127.0.0.1:${listener.addr.port}` as const;
    return new InspectedServer(
      resources.move(),
      address,
      page.url,
      cancelled,
    );
  }

  /** The address of something of the page's server. */
  at(path: string): string {
    const { origin, search } = new URL(this.url);
    return origin + path + search;
  }

  /** Asks as the page does. */
  post(path: string, body: unknown, init: RequestInit = {}): Promise<Response> {
    return fetch(this.at(path), {
      ...{ method: "POST", body: JSON.stringify(body) },
      ...init,
      headers: { origin: new URL(this.url).origin, ...init.headers },
    });
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync();
  }
}

function handlers(onCancel: () => void): HandlersOf<typeof Camera> {
  return {
    // One frame for each exposure that is sent, after the first one.
    record: async function* ({ frames }, request) {
      if (frames > 100) {
        throw new Camera.errors.record.busy({ framesLeft: 3 }, "too many");
      }
      request.signal.addEventListener("abort", onCancel);
      yield { name: "exposed", body: 0 };
      const exposures = request.updates();
      for (let frame = 1; frame < frames; frame++) {
        const { value, done } = await exposures.next();
        if (done) break;
        yield { name: "exposed", body: value.body };
      }
      request.signal.throwIfAborted();
      return { frames };
    },
    picture: () => PNG,
  };
}

/** The lines of a response. */
export async function* linesOf(
  response: Response,
): AsyncGenerator<Record<string, unknown>> {
  let rest = "";
  for await (
    const chunk of response.body!.pipeThrough(new TextDecoderStream())
  ) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield JSON.parse(line);
  }
}
