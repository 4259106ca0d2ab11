/** What a service is called that belongs to an interface. */
export interface NamedService {
  /** The name of the interface. */
  readonly owner: string;
  /** The name of the service. */
  readonly name: string;
}
