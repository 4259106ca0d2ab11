import type { TraceEvent } from "../capture/trace_event.ts";
import type { CliIo } from "../cli_io.ts";
import { jsonLine } from "../json_line.ts";
import type { Display } from "./display.ts";
import type { LineFormat } from "./message_line.ts";
import type { NameFilter } from "./name_filter.ts";
import type { MessageView } from "./shown_message.ts";

/** How what goes by is shown. */
export interface WatcherParts {
  /** Knows names and requests. */
  readonly view: MessageView;
  /** Which names are shown. */
  readonly isShown: NameFilter;
  /** How a message is written. */
  readonly format: LineFormat;
  /** Where it is written. */
  readonly display: Display;
}

/** The line in the place of lines that were left out. */
export function leftOutJson(count: number): string {
  return jsonLine({ leftOut: count });
}

/** That for people. */
export function leftOutText(count: number): string {
  return `... ${count} messages are not shown: this output is too slow`;
}

/** Shows what happens: messages on stdout, all else on stderr. */
export class Watcher {
  readonly #parts: WatcherParts;
  readonly #io: CliIo;
  /** The sides of each connection that have ended. */
  readonly #ended = new Map<number, number>();
  /** Messages that went by. */
  messages = 0;

  /** Shows what `add` gets. */
  constructor(parts: WatcherParts, io: CliIo) {
    this.#parts = parts;
    this.#io = io;
  }

  /** Takes what has happened. */
  add(event: TraceEvent): void {
    const { connection, kind } = event;
    switch (kind) {
      case "message": {
        this.messages++;
        const { view, isShown, format, display } = this.#parts;
        const seen = view.take(event);
        if (isShown(seen.name)) display.add(() => format(seen.show()));
        return;
      }
      case "end": {
        const how = event.error === null
          ? "has ended"
          : `has broken off: ${event.error}`;
        this.#say(connection, `the ${event.from} ${how}`);
        const ended = (this.#ended.get(connection) ?? 0) + 1;
        this.#ended.set(connection, ended);
        if (ended < 2) return;
        this.#ended.delete(connection);
        return this.#parts.view.forget(connection);
      }
      case "remark":
        return this.#say(connection, event.text);
    }
  }

  /** Resolves when there is room for a line: for what needn't hurry, so that none is left out. */
  room(): Promise<void> {
    return this.#parts.display.room();
  }

  /** Resolves when all is written; says how much was left out. */
  async finish(): Promise<void> {
    const { display } = this.#parts;
    await display.flush();
    const { leftOut } = display;
    const most = `${this.messages} messages went by`;
    this.#io.err(
      leftOut === 0 ? most : `${most}; ${leftOut} of them were not shown`,
    );
  }

  #say(connection: number, text: string): void {
    this.#io.err(`Connection ${connection}: ${text}`);
  }
}
