import type {
  InterfaceDefinition,
  RequestUpdateDefinition,
  ServiceDefinition,
} from "../../interface/declare/definition.ts";
import type { CallLine } from "../snapshot.ts";
import { bodyEditor } from "./body_editor.ts";
import { element } from "./element.ts";
import type { Editor } from "./editor.ts";
import { duration } from "./format.ts";
import { linesOf, post } from "./requests.ts";
import { valueView } from "./value_view.ts";

/** The most results that are kept on the page. */
const MAX_RESULTS = 100;

/** A form that calls a service, sends its updates, and shows what comes. */
export class ServiceForm {
  readonly element: HTMLElement;
  readonly #definition: InterfaceDefinition;
  readonly #service: ServiceDefinition;
  readonly #editor: Editor | null;
  readonly #call = element("button", {
    ...{ type: "submit", className: "primary", textContent: "Call" },
  });
  readonly #cancel = element("button", {
    ...{ type: "button", textContent: "Cancel", disabled: true },
    className: "cancel",
    onclick: () => this.#calling?.abort(),
  });
  readonly #status = element("span", { role: "status", className: "status" });
  readonly #results = element("ol", { className: "results" });
  readonly #sendButtons: HTMLButtonElement[] = [];
  #calling: AbortController | null = null;
  /** The call that is open, as the inspector numbers them. */
  #callId: number | null = null;

  /** Makes the form. */
  constructor(definition: InterfaceDefinition, service: ServiceDefinition) {
    this.#definition = definition;
    this.#service = service;
    const { name, request, requestUpdates } = service;
    this.#editor = bodyEditor(name, request, definition.format);
    const form = element(
      "form",
      {
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          this.#run();
        },
      },
      this.#editor?.element ?? null,
      element(
        "div",
        { className: "buttons" },
        this.#call,
        this.#cancel,
        this.#status,
      ),
    );
    this.element = element(
      "div",
      { className: "try", role: "group", aria: { label: `Call ${name}` } },
      form,
      ...requestUpdates.map((update) => this.#updateForm(update)),
      this.#results,
    );
  }

  #updateForm(update: RequestUpdateDefinition): HTMLElement {
    const { name, body } = update;
    const editor = bodyEditor(name, body, this.#definition.format);
    const send = element("button", {
      ...{ type: "submit", textContent: `Send ${name}`, disabled: true },
    });
    this.#sendButtons.push(send);
    return element(
      "form",
      {
        className: "send",
        onsubmit: async (event: SubmitEvent) => {
          event.preventDefault();
          try {
            const value = editor?.value();
            const call = this.#callId;
            await post("/update", { call, update: name, body: value });
            this.#add("sent", name, value);
          } catch (error) {
            this.#add("error", "error", (error as Error).message);
          }
        },
      },
      editor?.element ?? null,
      send,
    );
  }

  async #run(): Promise<void> {
    if (this.#calling !== null) return;
    const calling = this.#calling = new AbortController();
    const begin = performance.now();
    this.#results.replaceChildren();
    this.#say("calling");
    this.#update();
    let end = "has ended";
    try {
      const response = await post("/call", {
        interface: this.#definition.name,
        service: this.#service.name,
        body: this.#editor?.value(),
      }, calling.signal);
      for await (const line of linesOf(response)) {
        end = this.#take(line) ?? end;
      }
    } catch (error) {
      end = calling.signal.aborted ? "cancelled" : "failed";
      if (end === "failed") {
        this.#add("error", "error", (error as Error).message);
      }
    }
    this.#calling = null;
    this.#callId = null;
    this.#say(`${end} after ${duration(performance.now() - begin)}`);
    this.#update();
  }

  /** Shows what has come; says how the call has ended, if it has. */
  #take(line: CallLine): string | null {
    if ("call" in line) {
      this.#callId = line.call;
      this.#update();
    } else if ("update" in line) this.#add("update", line.update, line.body);
    else if ("error" in line) {
      this.#add("error", line.reason ?? "error", line.error, line.data);
      return "failed";
    } else {
      this.#add("response", "response", line.response);
      return "answered";
    }
    return null;
  }

  #add(kind: string, name: string, ...values: readonly unknown[]): void {
    const shown = values.filter((value) => value !== undefined).map((value) =>
      kind === "error" && typeof value === "string"
        ? element("p", {}, value)
        : valueView(value)
    );
    const item = element(
      "li",
      { className: kind },
      element("strong", {}, name),
      ...shown,
    );
    this.#results.append(item);
    if (this.#results.childElementCount > MAX_RESULTS) {
      this.#results.firstElementChild!.remove();
    }
  }

  #say(text: string): void {
    this.#status.textContent = text;
  }

  #update(): void {
    const isCalling = this.#calling !== null;
    this.#call.disabled = isCalling;
    this.#cancel.disabled = !isCalling;
    for (const button of this.#sendButtons) {
      button.disabled = this.#callId === null;
    }
  }
}
