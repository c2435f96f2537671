/** A small seeded source of chance: the same seed and stream give the same numbers on every machine. */

export class Random {
  private state = 0;

  /** Begins the stream of one occasion: a function of both numbers and of nothing drawn before. */
  restart(seed: number, stream: number): void {
    this.state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 1, 0xc2b2ae35);
    this.word();
  }

  /** A fraction from 0 inclusive to 1 exclusive. */
  fraction(): number {
    return this.word() / 4_294_967_296;
  }

  /** A whole number from 0 inclusive to `count` exclusive; `count` is at least 1. */
  below(count: number): number {
    return Math.floor(this.fraction() * count);
  }

  /** 32 random bits (the mulberry32 generator). */
  private word(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
