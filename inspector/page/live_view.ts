import type { InterfaceDefinition } from "../../interface/declare/definition.ts";
import type { ShownConnection, ShownRequest, Snapshot } from "../snapshot.ts";
import { element } from "./element.ts";
import { bytes, count, duration } from "./format.ts";
import { histogramView, quantile } from "./histogram.ts";
import { Rates } from "./rates.ts";
import { type Cell, Table } from "./table.ts";

const number = true;

/** What a server does at the moment. */
export class LiveView {
  readonly element = element("div", { className: "cards" });
  readonly #figures = element("dl", { className: "figures" });
  readonly #rates = new Rates();
  readonly #names: ReadonlyMap<number, string>;
  readonly #connections = new Table("Connections", [
    { name: "Who" },
    { name: "Transport" },
    { name: "Reading" },
    { name: "For", isNumber: number },
    { name: "In/s", isNumber: number },
    { name: "Out/s", isNumber: number },
    { name: "Read", isNumber: number },
    { name: "Written", isNumber: number },
    { name: "Open", isNumber: number },
    { name: "Queued", isNumber: number },
    { name: "Not taken", isNumber: number },
  ], "There is none");
  readonly #requests = new Table("Open requests", [
    { name: "Service" },
    { name: "Age", isNumber: number },
    { name: "From" },
    { name: "Id", isNumber: number },
    { name: "State" },
  ], "There is none");
  readonly #services = new Table("Services", [
    { name: "Service" },
    { name: "Calls", isNumber: number },
    { name: "Calls/s", isNumber: number },
    { name: "Open", isNumber: number },
    { name: "Median", isNumber: number },
    { name: "p99", isNumber: number },
    { name: "Longest", isNumber: number },
    { name: "Durations" },
  ], "Nothing has been counted");
  readonly #errors = new Table("Errors", [
    { name: "Service" },
    { name: "Reason" },
    { name: "Count", isNumber: number },
  ], "There was none");

  /**
   * Shows nothing yet.
   *
   * @param calls The timeline, in its place among the others.
   */
  constructor(definitions: readonly InterfaceDefinition[], calls: HTMLElement) {
    this.#names = new Map(
      definitions.flatMap(({ name, services }) =>
        services.map((service) =>
          [service.id, `${name}.${service.name}`] as const
        )
      ),
    );
    this.element.append(
      this.#figures,
      this.#connections.element,
      calls,
      this.#services.element,
      this.#requests.element,
      this.#errors.element,
    );
  }

  /** Shows what has come. */
  show(snapshot: Snapshot): void {
    this.#rates.begin(snapshot.at);
    this.#showFigures(snapshot);
    this.#showConnections(snapshot);
    this.#showServices(snapshot);
    this.#rates.end();
  }

  #showFigures({ listener, interfaces }: Snapshot): void {
    const services = interfaces?.flatMap(({ services }) => services) ?? null;
    const connections = listener?.connections ?? null;
    const figures: [string, string | null][] = [
      ["Connections", listener && count(listener.open)],
      ["Accepted", listener && count(listener.accepted)],
      ["Refused", listener && count(listener.refused)],
      [
        "Open requests",
        services && count(sum(services.map(({ open }) => open))),
      ],
      [
        "Calls/s",
        services && this.#rates.of("", sum(services.map(({ calls }) => calls))),
      ],
      [
        "Errors",
        services && count(sum(
          services.flatMap(({ errors }) => Object.values(errors)),
        )),
      ],
      [
        "Queued",
        connections &&
        bytes(sum(connections.map(({ queuedBytes }) => queuedBytes))),
      ],
      [
        "Not taken",
        connections &&
        bytes(sum(connections.map(({ inboxBytes }) => inboxBytes))),
      ],
    ];
    this.#figures.replaceChildren(
      ...figures.filter(([, value]) => value !== null).map(([name, value]) =>
        element(
          "div",
          {},
          element("dt", {}, name),
          element("dd", {}, value),
        )
      ),
    );
  }

  #showConnections({ listener, at }: Snapshot): void {
    if (listener === null) {
      const how =
        "The server doesn't tell of them: serve() has no stats: { listener }";
      this.#connections.empty = this.#requests.empty = how;
      this.#connections.show([]);
      this.#requests.show([]);
      return;
    }
    const { connections } = listener;
    this.#connections.show(
      connections.map((connection) => this.#connectionRow(connection, at)),
    );
    const open = connections.flatMap(({ who, openRequests }) =>
      openRequests.map((request) => ({ who, request }))
    ).sort((a, b) => b.request.age - a.request.age);
    this.#requests.show(
      open.map(({ who, request }) => this.#requestRow(who, request)),
    );
  }

  #connectionRow(connection: ShownConnection, at: number): Cell[] {
    const { who, transport, since, paused, state } = connection;
    const key = `${who} ${since}`;
    const { messagesReceived, messagesSent } = connection;
    const reading = paused === null
      ? badge(state === "open" ? "reads" : state, "good")
      : badge(
        `paused for ${duration(at - paused.since)}: ${paused.by}`,
        "wait",
      );
    return [
      who,
      transport,
      reading,
      duration(Math.max(0, at - since)),
      this.#rates.of(`${key} in`, messagesReceived),
      this.#rates.of(`${key} out`, messagesSent),
      bytes(connection.bytesReceived),
      bytes(connection.bytesSent),
      count(connection.openReceivedRequests + connection.openSentRequests),
      bytes(connection.queuedBytes),
      count(connection.inboxMessages + connection.unreadUpdates),
    ];
  }

  #requestRow(who: string, request: ShownRequest): Cell[] {
    const { direction, requestId, serviceId, age, state } = request;
    const name = this.#names.get(serviceId) ?? `service ${serviceId}`;
    const from = direction === "received" ? who : `this server, to ${who}`;
    return [name, duration(age), from, `${requestId}`, state];
  }

  #showServices({ interfaces, problems }: Snapshot): void {
    if (interfaces === null) this.#services.empty = problems.join("; ");
    const services = (interfaces ?? []).flatMap((one) =>
      one.services.map((service) => ({
        ...service,
        fullName: `${one.name}.${service.name}`,
      }))
    );
    const timeOf = (ms: number | null): string =>
      ms === null ? "–" : duration(ms);
    this.#services.show(services.map(({ fullName, ...service }) => {
      const { calls, open, durations } = service;
      return [
        fullName,
        count(calls),
        this.#rates.of(fullName, calls),
        count(open),
        timeOf(quantile(durations, 0.5)),
        timeOf(quantile(durations, 0.99)),
        calls - open > 0 ? duration(durations.max) : "–",
        histogramView(durations),
      ];
    }));
    this.#errors.show(
      services.flatMap(({ fullName, errors }) =>
        Object.entries(errors).map(([reason, number]) => [
          fullName,
          badge(reason, "bad"),
          count(number),
        ])
      ),
    );
  }
}

function badge(text: string, kind: string): HTMLElement {
  return element("span", { className: `badge ${kind}` }, text);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
