/** A client of a contestant, connected to its server. */
export interface ContestantClient extends AsyncDisposable {
  /** Sends a body, and resolves once the same body has come back. */
  call(body: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** Sends a body that nothing answers; resolves when the next may be sent. */
  send?(body: Uint8Array<ArrayBuffer>): Promise<unknown>;
  /** How many bodies have arrived that nothing answers, since the last time. */
  arrived?(): Promise<number>;
  /** Has the server send so many messages of 32 bytes in one call, and takes all. */
  updates?(count: number): Promise<void>;
}

/** What a module of a contestant exports. */
export interface Contestant {
  /** How long a body may be, in bytes, where a message can't be of any size. */
  readonly maxBodyLen?: number;
  /** How many calls may be open, where the way it calls has a limit. */
  readonly maxOpenCalls?: number;
  /** Starts the server, and returns its address. It runs until the process ends. */
  serve(): Promise<string>;
  /** Connects a client. */
  connect(address: string): Promise<ContestantClient>;
}
