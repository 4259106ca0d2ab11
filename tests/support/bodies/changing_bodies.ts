/** Bytes of which a view is sent, and what may become of them. */
export interface Changing {
  /** The bytes. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Lets them change. */
  change(): void;
}

/** The ways in which a body changes. */
export const CHANGES: Record<string, (length: number) => Changing> = {
  "is transferred": (length) => {
    const data = new Uint8Array(length);
    return {
      data,
      change: () => structuredClone(data, { transfer: [data.buffer] }),
    };
  },
  "shrinks, and its view with it": (length) => {
    const buffer = new ArrayBuffer(length, { maxByteLength: 2 * length });
    return {
      data: new Uint8Array(buffer),
      change: () => buffer.resize(length - 1),
    };
  },
  "shrinks below its view": (length) => {
    const buffer = new ArrayBuffer(length, { maxByteLength: 2 * length });
    return {
      data: new Uint8Array(buffer, 0, length),
      change: () => buffer.resize(length - 1),
    };
  },
};
