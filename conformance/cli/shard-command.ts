/** Name of the hidden command that a child process of `doorbell run --jobs` runs. */
export const shardCommand = 'run-one-shard';
