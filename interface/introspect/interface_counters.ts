import type { Body } from "../../protocol/body.ts";
import { isErrorReason, splitErrorText } from "../../protocol/error.ts";
import type { ReceivedRequestHandle } from "../../peer/handles/received_request_handle.ts";
import { CONNECTION_LOST } from "../../peer/requests/received_request.ts";
import type {
  InterfaceCodec,
  ServiceCodec,
} from "../codecs/interface_codec.ts";
import { DurationCounter } from "./duration_histogram.ts";
import type { InterfaceStats, ServiceStats } from "./interface_stats.ts";

/** Counts the requests of the services of an interface. */
export class InterfaceCounters {
  /** The connections on which it is served now. */
  connections = 0;
  readonly #services: ReadonlyMap<number, ServiceCounters>;

  /** Begins at 0. */
  constructor(codec: InterfaceCodec) {
    const services = [...codec.services.values()];
    this.#services = new Map(
      services.map((service) => [service.id, new ServiceCounters(service)]),
    );
  }

  /** Counts a request until it ends. */
  count(request: ReceivedRequestHandle<Body>): void {
    this.#services.get(request.serviceId)?.count(request);
  }

  /** What was counted. */
  stats(name: string): InterfaceStats {
    const { connections } = this;
    const services = [...this.#services.values()].map((counters) =>
      counters.stats()
    );
    return { name, connections, services };
  }
}

/** Counts the requests of a service. */
class ServiceCounters {
  readonly #service: ServiceCodec;
  readonly #errors = new Map<string, number>();
  readonly #durations = new DurationCounter();
  #calls = 0;
  #ended = 0;

  /** Begins at 0. */
  constructor(service: ServiceCodec) {
    this.#service = service;
  }

  count(request: ReceivedRequestHandle<Body>): void {
    this.#calls++;
    const begin = performance.now();
    request.onEnd((errorText) => {
      this.#ended++;
      this.#durations.add(performance.now() - begin);
      if (errorText === null) return;
      const reason = this.#reasonOf(errorText);
      this.#errors.set(reason, (this.#errors.get(reason) ?? 0) + 1);
    });
  }

  stats(): ServiceStats {
    const { name, id } = this.#service;
    return {
      ...{ name, id, calls: this.#calls, open: this.#calls - this.#ended },
      errors: Object.fromEntries(this.#errors),
      durations: this.#durations.histogram,
    };
  }

  /** Only words that are known, so that texts of handlers can't make more and more of them. */
  #reasonOf(errorText: string): string {
    const { word } = splitErrorText(errorText);
    const isKnown = word !== null &&
      (word === CONNECTION_LOST || isErrorReason(word) ||
        this.#service.errors.has(word));
    return isKnown ? word : "failed";
  }
}
