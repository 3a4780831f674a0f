// An answer of the engine as a screen shows it: the question asked last counts, one that it overtook is dropped.

export class Answer<Value> {
  /** Null until the first answer. The last one stays until the next is there, so that nothing flickers. */
  value = $state.raw<Value | null>(null);
  /** What the question asked last was refused with; null when it was answered. */
  trouble = $state.raw<unknown>(null);
  #asked = 0;

  /** The answer is known without a question. */
  know(value: Value): void {
    this.#asked += 1;
    this.value = value;
    this.trouble = null;
  }

  async ask(question: Promise<Value>): Promise<void> {
    const asked = ++this.#asked;
    try {
      const value = await question;
      if (asked !== this.#asked) return;
      this.value = value;
      this.trouble = null;
    } catch (thrown) {
      if (asked === this.#asked) this.trouble = thrown;
    }
  }

  /** Nothing is asked for any longer. */
  clear(): void {
    this.#asked += 1;
    this.value = null;
    this.trouble = null;
  }
}
