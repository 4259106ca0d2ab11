import { assertEquals } from "@std/assert";
import type { StreamBody } from "../../../protocol/body.ts";
import { Link } from "../../../reconnect/link.ts";
import type { LinkOptions } from "../../../reconnect/link_options.ts";
import type { LinkStatus } from "../../../reconnect/link_status.ts";
import { HandClock } from "../../support/hand_clock.ts";
import { TestServer } from "./test_server.ts";

/** A link to servers in memory, by a clock that is turned by hand, without jitter. */
export class TestLink implements AsyncDisposable {
  readonly clock: HandClock;
  readonly link: Link<StreamBody, string>;
  readonly events = new EventTarget();
  /** Each status so far. */
  readonly statuses: LinkStatus[] = [];
  readonly #servers: readonly TestServer[];

  constructor(
    servers: TestServer | readonly TestServer[],
    options: LinkOptions<StreamBody, string> = {},
    random: () => number = () => 0.5,
  ) {
    this.#servers = servers instanceof TestServer ? [servers] : servers;
    this.clock = this.#servers[0]!.clock;
    const targets = this.#servers.map((server) => ({
      address: server.name,
      // deno-lint-ignore require-await
      connect: async () => server.connect(),
    }));
    this.link = new Link(targets, {
      extensions: true,
      onState: (status) => this.statuses.push(status),
      onError: (error) => {
        throw error;
      },
      ...options,
    }, {
      clock: this.clock,
      timeOfDay: () => this.clock.now(),
      events: this.events,
      random,
    });
  }

  /** The states so far, each with the time of the next attempt. */
  get states(): string[] {
    return this.statuses.map(({ state, retryAt }) =>
      retryAt === null ? state : `${state} ${retryAt}`
    );
  }

  /** Closes the link, then its servers, and checks that nothing is left. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.link.close();
    const { waiting, endingConnections, subscriptions } = this.link.stats();
    assertEquals([waiting, endingConnections, subscriptions], [0, 0, 0]);
    for (const server of this.#servers) await server[Symbol.asyncDispose]();
    assertEquals(this.clock.pending, 0, "timers are left");
  }
}

/** A server and a link to it. */
export function oneServer(
  serve: ConstructorParameters<typeof TestServer>[1],
  options: LinkOptions<StreamBody, string> & {
    readonly up?: boolean;
    readonly peer?: TestServer["options"];
  } = {},
): { server: TestServer; test: TestLink; link: TestLink["link"] } {
  const { up = true, peer, ...linkOptions } = options;
  const server = new TestServer(new HandClock(), serve);
  server.up = up;
  server.options = { ...server.options, ...peer };
  const test = new TestLink(server, linkOptions);
  return { server, test, link: test.link };
}
