/** What a peer counts; see `PeerStats` for the meaning. */
export class Counters {
  /** Messages read. */
  messagesReceived = 0;
  /** Non-fatal errors that were received. */
  errors = 0;
  /** Updates for a request that was answered a moment ago. */
  lateUpdates = 0;
  /** Requests that got an error response from the peer itself. */
  refusedRequests = 0;
  /** Messages that nobody took. */
  droppedMessages = 0;
  /** Messages that `keep` dropped for newer ones. */
  outdatedMessages = 0;
}
