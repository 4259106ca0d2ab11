/** What a value is entered with. */
export interface Editor {
  /** What is shown. */
  readonly element: HTMLElement;
  /**
   * The value.
   *
   * @throws {Error} If it is none.
   */
  value(): unknown;
}
