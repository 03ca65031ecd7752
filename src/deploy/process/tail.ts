/** The last bytes of an output: however much a program writes, it takes no more memory than this, and its last words stay. */
export class Tail {
  readonly #limit: number
  readonly #chunks: Buffer[] = []
  #size = 0
  #truncated = false

  constructor(limit: number) {
    this.#limit = limit
  }

  take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#size += chunk.length
    if (this.#size > this.#limit) this.#truncated = true
    for (let first = this.#chunks[0]; first !== undefined; first = this.#chunks[0]) {
      if (this.#size - first.length < this.#limit) return
      this.#chunks.shift()
      this.#size -= first.length
    }
  }

  text(): string {
    return Buffer.concat(this.#chunks).subarray(-this.#limit).toString("utf8")
  }

  /** Whether earlier output was dropped. */
  truncated(): boolean {
    return this.#truncated
  }
}
