/**
 * Where the current of a phase stands against its voltage, gathered over an hour as a mean of unit vectors: a load keeps
 * to a narrow range of angles, and a clamp that was put on the wrong way round moves the whole cluster by 180 degrees. A
 * single window says nothing, since a PV site's net current passes through every angle at dusk.
 */
const MEMORY_S = 3600;
/** Length of the mean vector (0 to 1) from which the angles count as one cluster: within about 35 degrees. */
const NARROW = 0.8;

export class AngleCluster {
  #x = 0;
  #y = 0;
  #weight = 0;

  /** @param cos, sin of the angle from voltage to current; @param seconds for which it was so */
  add(cos: number, sin: number, seconds: number): void {
    const kept = Math.max(0, 1 - seconds / MEMORY_S);
    this.#x = this.#x * kept + cos * seconds;
    this.#y = this.#y * kept + sin * seconds;
    this.#weight = this.#weight * kept + seconds;
  }

  /** Seconds that weigh; 3,600 at the most. */
  get seconds(): number {
    return this.#weight;
  }

  /** Cosine of the cluster's angle: near 1 for a load, near -1 for a reversed clamp; undefined where there is no cluster. */
  get direction(): number | undefined {
    const length = Math.sqrt(this.#x * this.#x + this.#y * this.#y);
    return length > NARROW * this.#weight && this.#weight > 0 ? this.#x / length : undefined;
  }
}
