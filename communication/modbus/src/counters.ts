/** What a bus has seen since it was made; for the metrics and for whoever looks for a bad cable. */
export interface BusCounters {
  requests: number;
  answers: number;
  exceptions: number;
  timeouts: number;
  /** Frames for this request that failed their check sum. */
  crcErrors: number;
  /** Whole frames of, or for, other units: a second master, or two devices with one id. */
  foreign: number;
  /** Answers that came after their request was given up, and were thrown away. */
  late: number;
  /** Requests that were sent only to tell a late answer from the next one. */
  probes: number;
  malformed: number;
  /** Bytes that came while nothing was asked, or that belonged to no frame. */
  strayBytes: number;
  reconnects: number;
  bytesSent: number;
  bytesReceived: number;
}

export function newCounters(): BusCounters {
  return {
    requests: 0,
    answers: 0,
    exceptions: 0,
    timeouts: 0,
    crcErrors: 0,
    foreign: 0,
    late: 0,
    probes: 0,
    malformed: 0,
    strayBytes: 0,
    reconnects: 0,
    bytesSent: 0,
    bytesReceived: 0,
  };
}
