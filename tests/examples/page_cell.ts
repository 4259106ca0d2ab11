import { TempDir } from "../support/files/temp_dir.ts";
import { Program } from "./program.ts";

/** A cell with a page, and what starts its programs again. */
export class PageCell implements AsyncDisposable {
  readonly #programs = new AsyncDisposableStack();
  readonly #folder = this.#programs.use(new TempDir());
  readonly cameraPath = this.#folder.file("camera.sock");
  readonly robotPath = this.#folder.file("robot.sock");
  camera!: Program;
  server!: Program;
  url = "";

  static async start(): Promise<PageCell> {
    await using stack = new AsyncDisposableStack();
    const cell = stack.use(new PageCell());
    const robot = cell.#start("robot", [cell.robotPath]);
    await Promise.all([
      cell.startCamera(),
      robot.after("listening"),
      cell.startServer(),
    ]);
    stack.move();
    return cell;
  }

  async startCamera(): Promise<void> {
    this.camera = this.#start("camera", [this.cameraPath]);
    await this.camera.after("listening");
  }

  /** Starts the web server, the next time at the port of the first time. */
  async startServer(): Promise<void> {
    const port = this.url === "" ? "0" : new URL(this.url).port;
    const args = [this.cameraPath, this.robotPath, port];
    this.server = this.#start("web/server", args);
    this.url = await this.server.after("The page is at ");
  }

  #start(name: string, args: string[]): Program {
    return this.#programs.use(new Program(`cell/${name}.ts`, ["-A"], args));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#programs.disposeAsync();
  }
}
