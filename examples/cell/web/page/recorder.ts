import type { ClientOf } from "@fizyr/rpc/interface";
import { Camera } from "../../interfaces.ts";
import { find } from "./elements.ts";

/** The buttons that begin and stop a recording, and what is told of it. */
export class Recorder {
  readonly #camera: ClientOf<typeof Camera>;
  readonly #count = find("#count", HTMLInputElement);
  readonly #record = find("#record", HTMLButtonElement);
  readonly #stop = find("#stop", HTMLButtonElement);
  readonly #progress = find("#progress", HTMLProgressElement);
  readonly #report = find("#report", HTMLParagraphElement);
  readonly #badge = find("#badge", HTMLParagraphElement);
  /** Stops the recording that goes on. */
  #recording: AbortController | null = null;
  #connected = false;

  /** Listens to the buttons. */
  constructor(camera: ClientOf<typeof Camera>) {
    this.#camera = camera;
    this.#record.addEventListener("click", () => this.#start());
    this.#stop.addEventListener("click", () => this.#recording?.abort());
  }

  /** Allows recordings only while there is a connection. */
  set connected(connected: boolean) {
    this.#connected = connected;
    this.#update();
  }

  async #start(): Promise<void> {
    if (!this.#count.reportValidity()) return;
    const recording = this.#recording = new AbortController();
    this.#update();
    this.#say("Starting");
    this.#progress.value = 0;
    let done = 0;
    try {
      const order = { frames: this.#count.valueAsNumber };
      const { signal } = recording;
      using request = await this.#camera.record(order, { signal });
      for await (const { body } of request.updates()) {
        done = body.frame;
        this.#progress.value = body.frame / body.of;
        this.#say(`Frame ${body.frame} of ${body.of}`);
      }
      const { frames } = await request.response({ signal });
      this.#say(`Recorded ${frames} frames`);
    } catch (error) {
      if (recording.signal.aborted) this.#say(`Stopped after ${done} frames`);
      else this.#say(explain(error), true);
    }
    this.#recording = null;
    this.#update();
  }

  #update(): void {
    const isRecording = this.#recording !== null;
    this.#count.disabled = isRecording;
    this.#record.disabled = isRecording || !this.#connected;
    this.#stop.disabled = !isRecording;
    this.#badge.hidden = !isRecording;
  }

  #say(text: string, failed = false): void {
    this.#report.textContent = text;
    this.#report.dataset.failed = String(failed);
  }
}

function explain(error: unknown): string {
  if (error instanceof Camera.errors.record.busy) {
    const { framesLeft } = error.data;
    return `The camera is busy: another recording has ${framesLeft} frames to go`;
  }
  return `The recording failed: ${(error as Error).message}`;
}
