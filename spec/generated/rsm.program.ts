// Generated from the schemas by `npm run generate`. Do not edit.

export type RsmStep =
  | RsmController
  | RsmCreate
  | RsmPublish
  | RsmRepublish
  | RsmUnpublish
  | RsmDestroy
  | RsmConnect
  | RsmMap
  | RsmUnmap
  | RsmDisconnect
  | RsmPost
  | RsmWait
  | RsmGetPollfd
  | RsmReleasePollfd
  | RsmPoll
  | RsmInterrupt
  | RsmLink
  | RsmKill
  | RsmPause
  | RsmMemory
  | RsmSettle
  | RsmEnd;

/**
 * A program of Solaris remote shared memory, event operations.
 */
export type RsmProgram = {
  readonly interface: 'rsm';
  /**
   * Version of the interface it was written for.
   */
  readonly version?: 1;
  /**
   * For people; never read by the tool.
   */
  readonly note?: string;
  /**
   * @maxItems 10000
   */
  readonly steps: readonly RsmStep[];
};
/**
 * The acting process gives up its controller, or has it again.
 */
export type RsmController = {
  readonly op: 'controller';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'released' | 'held';
};
/**
 * rsm_memseg_export_create: a segment to export.
 */
export type RsmCreate = {
  readonly op: 'create';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the export that it returns.
   */
  readonly as?: string;
};
/**
 * rsm_memseg_export_publish, under an id of the system's choice; of a segment that was published before, under the same id.
 */
export type RsmPublish = {
  readonly op: 'publish';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The exported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_export_republish, for everybody.
 */
export type RsmRepublish = {
  readonly op: 'republish';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The exported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_export_unpublish.
 */
export type RsmUnpublish = {
  readonly op: 'unpublish';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The exported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_export_destroy.
 */
export type RsmDestroy = {
  readonly op: 'destroy';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The exported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_import_connect to a published segment, whose id everybody knows.
 */
export type RsmConnect = {
  readonly op: 'connect';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the import that it returns.
   */
  readonly as?: string;
  /**
   * The exported segment, of any process.
   */
  readonly to: string;
};
/**
 * rsm_memseg_import_map.
 */
export type RsmMap = {
  readonly op: 'map';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The imported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_import_unmap.
 */
export type RsmUnmap = {
  readonly op: 'unmap';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The imported segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_import_disconnect.
 */
export type RsmDisconnect = {
  readonly op: 'disconnect';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The imported segment.
   */
  readonly seg: string;
};
/**
 * rsm_intr_signal_post.
 */
export type RsmPost = {
  readonly op: 'post';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The segment.
   */
  readonly seg: string;
  /**
   * The flags, by name or by the number of their bit.
   */
  readonly flags?: string;
};
/**
 * rsm_intr_signal_wait.
 */
export type RsmWait = {
  readonly op: 'wait';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * Names the call, which then may overlap the steps after it.
   */
  readonly begin?: string;
  /**
   * The segment.
   */
  readonly seg: string;
  /**
   * Longest wait in milliseconds; -1 for ever.
   */
  readonly timeout_ms?: number;
};
/**
 * rsm_memseg_get_pollfd.
 */
export type RsmGetPollfd = {
  readonly op: 'get_pollfd';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The segment.
   */
  readonly seg: string;
};
/**
 * rsm_memseg_release_pollfd.
 */
export type RsmReleasePollfd = {
  readonly op: 'release_pollfd';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The segment.
   */
  readonly seg: string;
};
/**
 * poll with the pollfd of the segment and time 0. Left out where the process has none.
 */
export type RsmPoll = {
  readonly op: 'poll';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The segment.
   */
  readonly seg: string;
};
/**
 * A signal with a handler, which does not restart calls, for a thread.
 */
export type RsmInterrupt = {
  readonly op: 'interrupt';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The thread.
   */
  readonly who: string;
};
/**
 * The connection between the nodes is cut, or restored.
 */
export type RsmLink = {
  readonly op: 'link';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'cut' | 'restored';
};
/**
 * The process of a thread is killed. That of t0 never is.
 */
export type RsmKill = {
  readonly op: 'kill';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * A thread of the process.
   */
  readonly who: string;
};
/**
 * Time passes.
 */
export type RsmPause = {
  readonly op: 'pause';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * How much, in milliseconds.
   */
  readonly ms?: number;
};
/**
 * From now on the kernel cannot allocate memory, or can again.
 */
export type RsmMemory = {
  readonly op: 'memory';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The new state.
   */
  readonly state?: 'exhausted' | 'restored';
};
/**
 * Waits long enough for everything that happens by itself.
 */
export type RsmSettle = {
  readonly op: 'settle';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
};
/**
 * Waits until a call that was begun has returned.
 */
export type RsmEnd = {
  readonly op: 'end';
  /**
   * Who acts; the first when absent.
   */
  readonly actor?: 't0' | 't1' | 't2' | 't3';
  /**
   * The name given by `begin`.
   */
  readonly call: string;
};
