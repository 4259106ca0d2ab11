import { errorText } from "../internal/errors.ts";
import type {
  AnyCall,
  Interceptor,
} from "../interface/intercept/interceptor.ts";
import { connectionName } from "./connection_name.ts";
import type { BodyPlace } from "./inspector_options.ts";
import { toJson } from "./json_bytes.ts";
import type { ShownCall, ShownUpdate } from "./snapshot.ts";

/** How many updates of a call are kept. */
const MAX_UPDATES = 50;

/** What is kept of calls. */
export interface RecorderOptions {
  /** How many calls; older ones are forgotten. */
  readonly maxCalls: number;
  /** How many characters of a body are kept; 0 for none. */
  readonly bodyLength: number;
  /** What is shown in place of a body. */
  readonly mask: (body: unknown, place: BodyPlace) => unknown;
}

/** A call that goes on. */
export interface RecordedCall {
  /** Adds an update. */
  update(name: string, body: unknown): void;
  /** Ends it: with a response, or with an error. */
  end(
    outcome: { readonly response: unknown } | { readonly error: unknown },
  ): void;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Keeps the newest calls, and tells of each that changes. */
export class CallRecorder {
  readonly #options: RecorderOptions;
  readonly #calls: ShownCall[] = [];
  readonly #listeners = new Set<(call: ShownCall) => void>();
  #lastId = 0;

  /** Keeps no call yet. */
  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** The calls, the oldest one first. */
  get calls(): readonly ShownCall[] {
    return this.#calls;
  }

  /** Calls a function with each call that begins or changes, until what it gives is called. */
  listen(listener: (call: ShownCall) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Begins a call. */
  begin(
    { from, interface: name, service, request }: {
      readonly from: string;
      readonly interface: string;
      readonly service: string;
      readonly request: unknown;
    },
  ): RecordedCall {
    const begin = performance.now();
    const updates: ShownUpdate[] = [];
    const place = { interface: name, service };
    const call: Mutable<ShownCall> = {
      ...{ id: ++this.#lastId, from, interface: name, service },
      ...{ at: Date.now(), duration: null, error: null },
      ...{ updates, updateCount: 0 },
      ...this.#kept("request", request, { ...place, part: "request" }),
    };
    this.#calls.push(call);
    if (this.#calls.length > this.#options.maxCalls) this.#forgetOne();
    this.#tell(call);
    return {
      update: (name, body) => {
        const after = performance.now() - begin;
        const kept = this.#kept("body", body, { ...place, part: "update" });
        updates.push({ name, after, ...kept });
        if (updates.length > MAX_UPDATES) updates.shift();
        call.updateCount++;
        this.#tell(call);
      },
      end: (outcome) => {
        call.duration = performance.now() - begin;
        if ("error" in outcome) call.error = errorText(outcome.error);
        else {
          const { response } = outcome;
          const where = { ...place, part: "response" } as const;
          Object.assign(call, this.#kept("response", response, where));
        }
        this.#tell(call);
      },
    };
  }

  /** Keeps the calls of a server that it is given to, with `serve(..., { intercept })`. */
  readonly intercept: Interceptor = async (call, next) => {
    const { interface: name, service, body, peer } = call as AnyCall;
    const { info } = peer as { readonly info?: unknown };
    const recorded = this.begin({
      ...{ from: connectionName(info), interface: name, service },
      request: body,
    });
    call.mapUpdate((update) => {
      recorded.update(update.name, update.body);
      return update;
    });
    try {
      const response = await next();
      recorded.end({ response });
      return response;
    } catch (error) {
      recorded.end({ error });
      throw error;
    }
  };

  /** Forgets the oldest call that has ended, else the oldest one. */
  #forgetOne(): void {
    const ended = this.#calls.findIndex(({ duration }) => duration !== null);
    this.#calls.splice(Math.max(ended, 0), 1);
  }

  /** A body as it is kept, under a name; nothing where bodies aren't kept. */
  #kept<K extends string>(
    name: K,
    body: unknown,
    place: BodyPlace,
  ): { [P in K]?: string } {
    const { bodyLength, mask } = this.#options;
    if (bodyLength === 0 || body === undefined) return {};
    let text: string;
    try {
      text = toJson(mask(body, place));
    } catch (error) {
      // A mask that fails mustn't fail the call, nor show what it would have masked.
      text = toJson(`not shown: ${errorText(error)}`);
    }
    const isLong = text.length > bodyLength;
    const shown = isLong ? `${text.slice(0, bodyLength)}…` : text;
    return { [name]: shown } as { [P in K]?: string };
  }

  #tell(call: ShownCall): void {
    for (const listener of this.#listeners) listener(call);
  }
}
